using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol;

namespace Rein.Server.Api.Pools;

/// <summary>
/// Reads how pools are: what was decided about them, who is connected, and what waits. All of it from the store, so that every node says the same; what is held is counted by
/// sessions, and what waits is not counted further than to a bound.
/// </summary>
sealed class PoolReader(IStores stores)
{
    /// <summary>By name. The default pool is always there.</summary>
    public async Task<IReadOnlyList<PoolDocument>> List(Guid organization, CancellationToken cancel)
    {
        var view = await Look(organization, cancel);
        var names = view.Rows.Where(IsSet).Select(row => row.Key.Pool)
            .Concat(view.Sessions.Select(session => session.Pool)).Concat(view.Depths.Select(depth => depth.Pool)).Append(null).Distinct();
        return [.. names.Select(view.DocumentOf).OrderBy(pool => pool.Name, StringComparer.Ordinal)];
    }

    /// <returns>Null for one of which nothing is known.</returns>
    public async Task<PoolDocument?> Find(PoolKey pool, CancellationToken cancel)
    {
        var view = await Look(pool.Organization, cancel);
        if (pool.Pool is not null && !view.Knows(pool.Pool))
            return null;
        return view.DocumentOf(pool.Pool) with { Workers = [.. view.SessionsOf(pool.Pool).Select(view.DocumentOf)] };
    }

    public async Task<IReadOnlyList<SessionDocument>> Sessions(Guid organization, CancellationToken cancel)
    {
        var view = await Look(organization, cancel);
        return [.. view.Sessions.Select(view.DocumentOf)];
    }

    async Task<PoolView> Look(Guid organization, CancellationToken cancel)
    {
        var sessions = (await stores.Sessions.Serving(organization, cancel)).ToList();
        return new(
            await stores.Pools.List(organization, cancel), sessions, await stores.Pools.Depths(organization, cancel),
            await stores.Pools.Held([.. sessions.Select(session => session.Id)], cancel));
    }

    static bool IsSet(PoolRow row) => row.Drain is not null || row.Drill is not null;

    sealed record PoolView(
        IReadOnlyList<PoolRow> Rows, IReadOnlyList<Session> Sessions, IReadOnlyList<PoolDepth> Depths, IReadOnlyDictionary<Guid, int> Held)
    {
        public bool Knows(string pool) =>
            Rows.Any(row => row.Key.Pool == pool && IsSet(row)) || SessionsOf(pool).Any() || Depths.Any(depth => depth.Pool == pool);

        public IEnumerable<Session> SessionsOf(string? pool) => Sessions.Where(session => session.Pool == pool);

        public PoolDocument DocumentOf(string? pool)
        {
            var row = Rows.FirstOrDefault(one => one.Key.Pool == pool);
            var sessions = SessionsOf(pool).ToList();
            var depths = Depths.Where(depth => depth.Pool == pool).ToList();
            return new()
            {
                Name = PoolName.Say(pool),
                State = StateOf(row, sessions.Count),
                Sessions = sessions.Count,
                Draining = sessions.Count(IsDraining),
                Capacity = sessions.Sum(session => session.Capacity),
                Held = sessions.Sum(HeldBy),
                Free = sessions.Where(session => !IsDraining(session)).Sum(session => Math.Max(0, session.Capacity - HeldBy(session) - session.Lost)),
                Lost = sessions.Sum(session => session.Lost),
                Waiting = depths.Sum(depth => depth.Ready),
                OldestWaitingAt = depths.Count == 0 ? null : depths.Min(depth => depth.Oldest),
                Drain = row?.Drain?.ToDocument(),
                Drill = row?.Drill?.ToDocument(),
            };
        }

        public SessionDocument DocumentOf(Session session) => session.ToDocument(HeldBy(session), DrainOf(session));

        static string StateOf(PoolRow? row, int sessions) => row switch
        {
            { Drain: not null } => "drained",
            { Drill.State: DrillState.Failed } => "unable_to_stop",
            _ => sessions == 0 ? "no_session" : "open",
        };

        int HeldBy(Session session) => Held.GetValueOrDefault(session.Id);

        bool IsDraining(Session session) => DrainOf(session) is not null;

        /// <summary>Its own, or that of its pool, which is one organization's.</summary>
        Drain? DrainOf(Session session) =>
            session.Drain ?? (session.Organization is null ? null : Rows.FirstOrDefault(row => row.Key.Pool == session.Pool)?.Drain);
    }
}
