namespace Rein.Protocol.Workers;

/// <summary>
/// A text that comes in pieces, masked across their borders: what may be the beginning of a secret is held back until the next piece says, or there is no
/// more. For one stream, by one writer at a time.
/// </summary>
/// <param name="mask">What is hidden.</param>
public sealed class MaskedText(SecretMask mask)
{
    byte[] held = [];

    /// <summary>What can be said by now; empty where all of it is held back.</summary>
    /// <param name="piece">UTF-8, however it was cut.</param>
    public ReadOnlyMemory<byte> Next(ReadOnlySpan<byte> piece)
    {
        byte[] all = [.. held, .. piece];
        var open = all.Length - mask.OpenEnd(all);
        // A secret may end in what is held back: then it is said with it.
        foreach (var (start, length) in mask.Matches(all))
            if (start < open && start + length > open)
                open = start + length;
        held = all[open..];
        return mask.Bytes(all.AsSpan(0, open));
    }

    /// <summary>There is no more: what was held back.</summary>
    public ReadOnlyMemory<byte> Rest()
    {
        var rest = mask.Bytes(held);
        held = [];
        return rest;
    }
}
