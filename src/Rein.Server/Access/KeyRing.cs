using System.Collections.Concurrent;
using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>
/// The keys of the API. Those that were looked up lately are remembered for a moment, so that a request costs one hash; revoking or rotating one
/// on this node forgets all of them at once.
/// </summary>
public sealed class KeyRing
{
    /// <summary>How long another node may still take a key, or a secret, that was revoked or replaced here.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    const int MostRemembered = 10_000;

    readonly IKeyStore keys;
    readonly TimeProvider time;
    readonly BudgetBook budgets;
    readonly KeyUses uses;
    Guid? founder;

    // Exchanged as a whole by a revocation: a look-up that began before it adds to the old one, which nobody reads any more.
    ConcurrentDictionary<string, Remembered> remembered = new(StringComparer.Ordinal);

    internal KeyRing(IKeyStore keys, TimeProvider time, BudgetBook? budgets = null)
    {
        this.keys = keys;
        this.time = time;
        this.budgets = budgets ?? new(null, null, time);
        uses = new(keys, time);
    }

    /// <summary>The text of a new key. It opens nothing before <see cref="Found"/> has taken it.</summary>
    public static string Draw() => KeyText.Draw().Text;

    public static bool IsKey(string? text) => KeyText.TryRead(text, out _, out _);

    /// <summary>At the first start of an installation: makes the organization `default`, and this a key of it that may do everything.</summary>
    /// <returns>False where there was the organization before: then nothing is made.</returns>
    public static Task<bool> Found(IKeyStore keys, string text, TimeProvider time, CancellationToken cancel)
    {
        if (!KeyText.TryRead(text, out var prefix, out var secret))
            throw new ArgumentException("It is not the text of a key.", nameof(text));
        var now = time.GetUtcNow();
        var organization = Guid.CreateVersion7(now);
        var key = new ApiKey(Guid.CreateVersion7(now), organization, "admin", prefix.ToString(), KeyText.HashOf(secret), Scopes.All, now);
        return keys.Found(DefaultOrganization, key, null, cancel);
    }

    /// <summary>Whether the key opens anything here.</summary>
    public static async Task<bool> Knows(IKeyStore keys, string text, CancellationToken cancel) =>
        await new KeyRing(keys, TimeProvider.System).Verify(text.AsMemory(), cancel) is not null;

    /// <summary>The organization that founded the installation. Whoever may administrate it operates the installation.</summary>
    public const string DefaultOrganization = "default";

    /// <summary>A key that opens nothing before a store has taken it.</summary>
    internal (ApiKey Key, string Text) New(Guid organization, string name, Scopes scopes)
    {
        var (prefix, text, hash) = KeyText.Draw();
        var now = time.GetUtcNow();
        return (new(Guid.CreateVersion7(now), organization, name, prefix, hash, scopes, now), text);
    }

    internal Task Create(ApiKey key, AuditEntry audit, CancellationToken cancel) => keys.Create(key, audit, cancel);

    internal Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) => keys.List(organization, cancel);

    internal async Task<KeyRevocation> Revoke(Guid organization, Guid id, AuditEntry audit, CancellationToken cancel)
    {
        var revoked = await keys.Revoke(organization, id, audit, cancel);
        Forget();
        return revoked;
    }

    /// <returns>The key and its new text; null where there is none of this id.</returns>
    internal async Task<(ApiKey Key, string Text)?> Rotate(Guid organization, ApiKey key, TimeSpan overlap, AuditEntry audit, CancellationToken cancel)
    {
        var (text, hash) = KeyText.DrawFor(key.Prefix);
        var rotated = await keys.Rotate(organization, key.Id, hash, overlap, audit, cancel);
        Forget();
        return rotated is null ? null : (rotated, text);
    }

    void Forget() => Volatile.Write(ref remembered, new(StringComparer.Ordinal));

    /// <summary>Notes now and then which keys were used, for as long as the node lives.</summary>
    internal Task NoteUses(CancellationToken stop) => uses.Run(stop);

    /// <summary>Whose key the request carries; null where it carries none that opens anything now.</summary>
    internal async ValueTask<Caller?> Verify(HttpContext context) => await Verify(await KeyPlace.Of(context).Read(context), context.RequestAborted);

    /// <summary>Whose key it is; null for what opens nothing now.</summary>
    internal ValueTask<Caller?> Verify(ReadOnlyMemory<char> text, CancellationToken cancel)
    {
        if (!KeyText.TryRead(text.Span, out var prefix, out var secret))
            return new((Caller?)null);
        if (Volatile.Read(ref remembered).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(prefix, out var known)
            && known.Fits(secret, time.GetTimestamp()))
            return new(known.Caller);
        return new(LookUp(text, prefix.ToString(), cancel));
    }

    async Task<Caller?> LookUp(ReadOnlyMemory<char> text, string prefix, CancellationToken cancel)
    {
        var memory = Volatile.Read(ref remembered);
        var key = await keys.Find(prefix, cancel);
        if (key is null || await Remember(key, cancel) is not { } known)
        {
            memory.TryRemove(prefix, out _);
            return null;
        }
        // What somebody else guesses costs whoever has the key nothing.
        if (!Fits(text.Span, known))
            return null;
        if (memory.Count >= MostRemembered)
            memory.Clear();
        memory[prefix] = known;
        uses.Note(key);
        return known.Caller;
    }

    /// <summary>What expires while it is remembered is remembered until then.</summary>
    /// <returns>Null for a key that has expired.</returns>
    async ValueTask<Remembered?> Remember(ApiKey key, CancellationToken cancel)
    {
        var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        if (key.ExpiresAt <= now)
            return null;
        founder ??= await keys.FindOrganization(DefaultOrganization, cancel);
        var caller = new Caller(key.Organization, "key:" + key.Name, key.Scopes)
        {
            IsFounder = key.Organization == founder,
            Pool = key.Pool,
            Key = key.Id,
            Budgets = budgets.Of(key.Id, key.RequestsPerSecond, key.StopsPerSecond),
        };
        var left = key.ExpiresAt - now is { } life && life < Memory ? life : Memory;
        return new(key, caller, stamp + Ticks(left), key.Former is { } former ? stamp + Ticks(former.Until - now) : 0);
    }

    long Ticks(TimeSpan span) => (long)(Math.Clamp(span.TotalSeconds, 0, Memory.TotalSeconds) * time.TimestampFrequency);

    bool Fits(ReadOnlySpan<char> text, Remembered known) => KeyText.TryRead(text, out _, out var secret) && known.Fits(secret, time.GetTimestamp());

    sealed record Remembered(ApiKey Key, Caller Caller, long Until, long FormerUntil)
    {
        public bool Fits(ReadOnlySpan<char> secret, long now) =>
            Until > now && (KeyText.Fits(secret, Key.Hash.Span) || (FormerUntil > now && KeyText.Fits(secret, Key.Former!.Hash.Span)));
    }
}
