using System.Collections.Frozen;
using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Sessions;

namespace Rein.Server.Dispatch;

/// <summary>
/// Who is handed nothing, as this node has read it last: drained pools and sessions, and pools whose drill has failed. Exchanged as a whole; rows decide,
/// and this is a copy of them.
/// </summary>
sealed class Gates
{
    static readonly ImmutableArray<string> Drills = [KindCatalog.Drill];

    readonly FrozenDictionary<PoolKey, ClosedPool> pools;
    readonly FrozenDictionary<Guid, Drain> sessions;

    public Gates(ClosedGates closed)
    {
        pools = closed.Pools.ToFrozenDictionary(pool => pool.Key);
        sessions = closed.Sessions.ToFrozenDictionary();
    }

    public static Gates Open { get; } = new(new([], ImmutableDictionary<Guid, Drain>.Empty, default));

    /// <summary>How many pools have failed their last drill.</summary>
    public long Unable => pools.Values.LongCount(pool => pool.IsUnable);

    public bool IsDrained(Guid session) => sessions.Count > 0 && sessions.ContainsKey(session);

    /// <summary>What a session's worker is to be told. One that serves every organization is drained by itself alone: a pool is one organization's.</summary>
    public Drain? DrainOf(LiveSession session)
    {
        var own = sessions.GetValueOrDefault(session.Id);
        var pool = session.Organization is { } organization ? pools.GetValueOrDefault(new(organization, session.Pool))?.Drain : null;
        return own is null || pool is null
            ? own ?? pool
            : own with { HandBackAt = own.HandBackAt is null || pool.HandBackAt < own.HandBackAt ? pool.HandBackAt ?? own.HandBackAt : own.HandBackAt };
    }

    /// <summary>Whether steps of a kind may be handed out in the pool. A pool that failed its drill is given drills, and nothing else.</summary>
    public bool Let(Guid organization, string? pool, string kind) =>
        pools.Count == 0 || !pools.TryGetValue(new(organization, pool), out var closed) || (closed.Drain is null && kind == KindCatalog.Drill);

    /// <summary>Whether a session may be handed anything of its own pool beside drills.</summary>
    public bool Let(LiveSession session) =>
        !IsDrained(session.Id) && (pools.Count == 0 || session.Organization is not { } organization || !pools.ContainsKey(new(organization, session.Pool)));

    /// <summary>Whether something of the session's pool was kept from it that <paramref name="next"/> lets through.</summary>
    public bool IsStricter(Gates next, LiveSession session)
    {
        if (IsDrained(session.Id) && !next.IsDrained(session.Id))
            return true;
        return pools.Keys.Any(pool =>
            pool.Pool == session.Pool && (session.Organization is null || session.Organization == pool.Organization) && !next.pools.ContainsKey(pool));
    }

    /// <summary>What a session looks for in the queue, without what it must not be handed.</summary>
    public IEnumerable<ReadyQuery> Narrow(ReadyQuery query)
    {
        if (pools.Count == 0)
            return [query];
        return query.Organization is { } organization ? Narrow(query, organization) : NarrowForAll(query);
    }

    IEnumerable<ReadyQuery> Narrow(ReadyQuery query, Guid organization)
    {
        if (!pools.TryGetValue(new(organization, query.Pool), out var closed))
            yield return query;
        else if (closed.Drain is null && query.Kinds.Contains(KindCatalog.Drill))
            yield return query with { Kinds = Drills };
    }

    IEnumerable<ReadyQuery> NarrowForAll(ReadyQuery query)
    {
        var closed = pools.Values.Where(pool => pool.Key.Pool == query.Pool).ToList();
        var others = query.Kinds.Remove(KindCatalog.Drill);
        if (!others.IsEmpty)
            yield return query with { Kinds = others, Without = [.. closed.Select(pool => pool.Key.Organization)] };
        if (others.Length < query.Kinds.Length)
            yield return query with { Kinds = Drills, Without = [.. closed.Where(pool => pool.Drain is not null).Select(pool => pool.Key.Organization)] };
    }
}
