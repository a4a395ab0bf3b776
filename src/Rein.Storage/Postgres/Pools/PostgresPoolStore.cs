using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Postgres.Sessions;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Pools;

sealed class PostgresPoolStore(Database database) : IPoolStore
{
    public async Task<IReadOnlyList<PoolRow>> List(Guid organization, CancellationToken cancel) =>
        await database.Read("Pools/list", ReadRow, cancel, Arg.Of(organization)).ConfigureAwait(false);

    public async Task<IReadOnlyList<PoolDepth>> Depths(Guid organization, CancellationToken cancel) =>
        await database.Read(
            "Pools/depths", cells => new PoolDepth(QueueKey.NameOf(cells.Text()), cells.Text(), cells.Long(), cells.Time()), cancel,
            Arg.Of(organization), Arg.Of((long)PoolDepth.Most)).ConfigureAwait(false);

    public async Task<IReadOnlyDictionary<Guid, int>> Held(IReadOnlyCollection<Guid> sessions, CancellationToken cancel) =>
        (await database.Read("Pools/held", cells => (Session: cells.Id(), Count: (int)cells.Long()), cancel, Arg.Of([.. sessions])).ConfigureAwait(false))
        .ToDictionary(row => row.Session, row => row.Count);

    public Task<bool> Drain(PoolKey pool, DrainWish? wish, AuditEntry? audit, CancellationToken cancel) =>
        wish is null
            ? Unset("Pools/reopen", pool, audit, cancel)
            : Change("Pools/drain", audit, cancel, [.. Of(pool), Arg.Of(wish.By), Arg.Of(wish.HandBackAfter?.ToMicros())]);

    public Task<bool> DrainSession(Guid session, DrainWish? wish, AuditEntry? audit, CancellationToken cancel) =>
        wish is null
            ? Change("Pools/reopen_session", audit, cancel, Arg.Of(session))
            : Change("Pools/drain_session", audit, cancel, Arg.Of(session), Arg.Of(wish.By), Arg.Of(wish.HandBackAfter?.ToMicros()));

    public Task SetDrill(PoolKey pool, DrillRule? rule, AuditEntry? audit, CancellationToken cancel) =>
        rule is null
            ? Unset("Pools/unset_drill", pool, audit, cancel)
            : Change("Pools/set_drill", audit, cancel, [.. Of(pool), Arg.Of(rule.Every.ToMicros()), Arg.Of(rule.Within.ToMicros())]);

    /// <summary>A pool that nothing is set for has no row.</summary>
    Task<bool> Unset(string sql, PoolKey pool, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            if (await connection.Execute(sql, cancel, Of(pool)).ConfigureAwait(false) == 0)
                return false;
            await connection.Execute("Pools/forget_unset", cancel, Of(pool)).ConfigureAwait(false);
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    Task<bool> Change(string sql, AuditEntry? audit, CancellationToken cancel, params Npgsql.NpgsqlParameter[] args) =>
        database.Transact(async connection =>
        {
            if (await connection.Execute(sql, cancel, args).ConfigureAwait(false) == 0)
                return false;
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    public async Task<ClosedGates> Closed(CancellationToken cancel)
    {
        var pools = await database.Read(
            "Pools/closed", cells => new ClosedPool(ReadKey(cells), ReadDrain(cells), cells.Flag()), cancel).ConfigureAwait(false);
        var sessions = await database.Read("Pools/drained_sessions", cells => (Id: cells.Id(), Drain: ReadDrain(cells)!), cancel).ConfigureAwait(false);
        return new(pools, sessions.ToDictionary(row => row.Id, row => row.Drain), await database.Now(cancel).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<DueDrill>> TakeDrills(int count, TimeSpan hold, CancellationToken cancel) =>
        await database.Query(
            "Pools/take_drills",
            cells => new DueDrill(
                ReadKey(cells), new(Micros.ToDuration(cells.Long()), Micros.ToDuration(cells.Long())), (DrillState)cells.Number(), cells.IdOrNull(), cells.Long()),
            cancel, Arg.Of((long)count), Arg.Of(hold.ToMicros())).ConfigureAwait(false);

    public Task<bool> BeginDrill(DueDrill drill, Guid run, CancellationToken cancel) =>
        Change("Pools/begin_drill", null, cancel, [.. Of(drill.Key), Arg.Of(drill.Turn), Arg.Of(run)]);

    public async Task<bool> EndDrill(DueDrill drill, DrillResult? result, TimeSpan next, AuditEntry? audit, CancellationToken cancel)
    {
        if (result is null)
        {
            await Change("Pools/put_off_drill", null, cancel, [.. Of(drill.Key), Arg.Of(drill.Turn), Arg.Of(next.ToMicros())]).ConfigureAwait(false);
            return false;
        }
        var state = result.Why is null ? DrillState.Passed : DrillState.Failed;
        var isNew = state != drill.State;
        return await Change(
            "Pools/end_drill", isNew ? audit : null, cancel,
            [.. Of(drill.Key), Arg.Of(drill.Turn), Arg.Of(next.ToMicros()), Arg.Of((int)state), Arg.Of(result.Why),
                Arg.Of(result.Heard?.ToMicros()), Arg.Of(result.Proved?.ToMicros())]).ConfigureAwait(false) && isNew;
    }

    static Npgsql.NpgsqlParameter[] Of(PoolKey pool) => [Arg.Of(pool.Organization), Arg.Of(pool.Pool ?? QueueKey.DefaultPool)];

    static PoolKey ReadKey(Cells cells) => new(cells.Id(), QueueKey.NameOf(cells.Text()));

    static Drain? ReadDrain(Cells cells) => PostgresSessionStore.DrainOf(cells.TimeOrNull(), cells.TextOrNull(), cells.TimeOrNull());

    static PoolRow ReadRow(Cells cells) => new(ReadKey(cells), ReadDrain(cells), ReadDrill(cells));

    static DrillView? ReadDrill(Cells cells)
    {
        if (cells.LongOrNull() is not { } every)
            return null;
        return new(
            new(Micros.ToDuration(every), Micros.ToDuration(cells.Long())), (DrillState)cells.Number(), cells.Time(), cells.TextOrNull(), cells.TimeOrNull(), cells.Time())
        {
            Heard = cells.LongOrNull() is { } heard ? Micros.ToDuration(heard) : null,
            Proved = cells.LongOrNull() is { } proved ? Micros.ToDuration(proved) : null,
            Run = cells.IdOrNull(),
        };
    }
}
