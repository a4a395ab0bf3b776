using System.Collections.Concurrent;
using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>
/// The keys of the API. Those that were looked up lately are remembered for a moment, so that a request costs one hash; revoking one
/// on this node forgets all of them at once.
/// </summary>
public sealed class KeyRing
{
    /// <summary>How long another node may still take a key that was revoked here.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    const int MostRemembered = 10_000;

    readonly IKeyStore keys;
    readonly TimeProvider time;

    // Exchanged as a whole by a revocation: a look-up that began before it adds to the old one, which nobody reads any more.
    ConcurrentDictionary<string, Remembered> remembered = new(StringComparer.Ordinal);

    internal KeyRing(IKeyStore keys, TimeProvider time)
    {
        this.keys = keys;
        this.time = time;
    }

    /// <summary>The text of a new key. It opens nothing before <see cref="Found"/> has taken it.</summary>
    public static string Draw() => KeyText.Draw().Text;

    public static bool IsKey(string? text) => KeyText.TryReadKey(text, out _, out _);

    /// <summary>At the first start of an installation: makes the organization `default`, and this a key of it that may do everything.</summary>
    /// <returns>False where there was the organization before: then nothing is made.</returns>
    public static Task<bool> Found(IKeyStore keys, string text, TimeProvider time, CancellationToken cancel)
    {
        if (!KeyText.TryReadKey(text, out var prefix, out var secret))
            throw new ArgumentException("It is not the text of a key.", nameof(text));
        var now = time.GetUtcNow();
        var organization = Guid.CreateVersion7(now);
        var key = new ApiKey(Guid.CreateVersion7(now), organization, "admin", prefix.ToString(), KeyText.HashOf(secret), Scopes.All, now);
        return keys.Found(DefaultOrganization, key, cancel);
    }

    /// <summary>Whether the key opens anything here.</summary>
    public static async Task<bool> Knows(IKeyStore keys, string text, CancellationToken cancel) =>
        await new KeyRing(keys, TimeProvider.System).Verify("Bearer " + text, cancel) is not null;

    public const string DefaultOrganization = "default";

    internal async Task<(ApiKey Key, string Text)> Create(Guid organization, string name, Scopes scopes, CancellationToken cancel)
    {
        var (prefix, text, hash) = KeyText.Draw();
        var now = time.GetUtcNow();
        var key = new ApiKey(Guid.CreateVersion7(now), organization, name, prefix, hash, scopes, now);
        await keys.Create(key, cancel);
        return (key, text);
    }

    internal Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) => keys.List(organization, cancel);

    internal async Task<bool> Revoke(Guid organization, Guid id, CancellationToken cancel)
    {
        var revoked = await keys.Revoke(organization, id, cancel);
        Volatile.Write(ref remembered, new(StringComparer.Ordinal));
        return revoked;
    }

    /// <summary>Whose key the header carries; null where it carries none that is known.</summary>
    internal ValueTask<Caller?> Verify(string? header, CancellationToken cancel)
    {
        if (!KeyText.TryRead(header, out var prefix, out var secret))
            return new((Caller?)null);
        if (Volatile.Read(ref remembered).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(prefix, out var known) && known.Until > time.GetTimestamp())
            return new(KeyText.Fits(secret, known.Key.Hash.Span) ? known.Caller : null);
        return new(LookUp(header!, prefix.ToString(), cancel));
    }

    async Task<Caller?> LookUp(string header, string prefix, CancellationToken cancel)
    {
        var memory = Volatile.Read(ref remembered);
        if (await keys.Find(prefix, cancel) is not { } key || !Fits(header, key))
        {
            memory.TryRemove(prefix, out _);
            return null;
        }
        if (memory.Count >= MostRemembered)
            memory.Clear();
        var caller = new Caller(key.Organization, "key:" + key.Name, key.Scopes);
        memory[prefix] = new(key, caller, time.GetTimestamp() + (long)(Memory.TotalSeconds * time.TimestampFrequency));
        return caller;
    }

    static bool Fits(string header, ApiKey key) => KeyText.TryRead(header, out _, out var secret) && KeyText.Fits(secret, key.Hash.Span);

    sealed record Remembered(ApiKey Key, Caller Caller, long Until);
}
