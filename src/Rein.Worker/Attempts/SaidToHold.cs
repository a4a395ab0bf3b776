using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>What the heartbeat before this one said that the worker holds. A digest is over that: what came or went since is not known at both ends yet.</summary>
sealed class SaidToHold
{
    Dictionary<AttemptRef, UInt128?> said = [];

    public string DigestOf(IReadOnlyList<AttemptRef> held)
    {
        UInt128 joined = 0;
        foreach (var attempt in held)
            if (said.TryGetValue(attempt, out var digest))
                joined ^= digest ?? (said[attempt] = HeldDigest.Of(attempt)).Value;
        return HeldDigest.ToText(joined);
    }

    public void Say(IReadOnlyList<AttemptRef> held) => said = held.ToDictionary(attempt => attempt, attempt => said.GetValueOrDefault(attempt));
}
