using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Engine;
using Rein.Storage.Sqlite.Sessions;

namespace Rein.Storage.Sqlite.Pools;

sealed class SqlitePoolStore(Writer writer, Readers readers) : IPoolStore
{
    public Task<IReadOnlyList<PoolRow>> List(Guid organization, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<PoolRow>>(connection => connection.Use("Pools/list").Bind(organization).ReadAll(ReadRow), cancel);

    public Task<IReadOnlyList<PoolDepth>> Depths(Guid organization, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<PoolDepth>>(connection => [.. Depths(connection, organization)], cancel);

    /// <summary>From place to place by hops over the index; of each, no more rows than are counted.</summary>
    static IEnumerable<PoolDepth> Depths(Connection connection, Guid organization)
    {
        for (var (pool, kind) = ("", ""); NextPlace(connection, pool, kind) is { } place;)
        {
            (pool, kind) = place;
            var (waiting, oldest) = connection.Use("Pools/depth")
                .Bind(pool).Bind(kind).Bind(organization).Bind(PoolDepth.Most).ReadOne(row => (row.Long(), row.Time()));
            if (waiting > 0)
                yield return new(QueueKey.NameOf(pool), kind, waiting, oldest);
        }
    }

    static (string Pool, string Kind)? NextPlace(Connection connection, string pool, string kind) =>
        connection.Use("Pools/next_place").Bind(pool).Bind(kind).ReadAll(row => ((string, string)?)(row.Text(), row.Text())).SingleOrDefault();

    public Task<IReadOnlyDictionary<Guid, int>> Held(IReadOnlyCollection<Guid> sessions, CancellationToken cancel) =>
        readers.Read<IReadOnlyDictionary<Guid, int>>(connection => sessions
            .Select(session => (session, Count: connection.Use("Pools/held").Bind(session).ReadOne(row => row.Int())))
            .Where(row => row.Count > 0).ToDictionary(row => row.session, row => row.Count), cancel);

    public Task<bool> Drain(PoolKey pool, DrainWish? wish, AuditEntry? audit, CancellationToken cancel) =>
        wish is null
            ? Unset("Pools/reopen", pool, audit, cancel)
            : Change(audit, (connection, now) => Use(connection, "Pools/drain", pool).Bind(now).Bind(wish.By).Bind(now + wish.HandBackAfter), cancel);

    public Task<bool> DrainSession(Guid session, DrainWish? wish, AuditEntry? audit, CancellationToken cancel) =>
        Change(audit, (connection, now) => wish is null
            ? connection.Use("Pools/reopen_session").Bind(session)
            : connection.Use("Pools/drain_session").Bind(now).Bind(wish.By).Bind(now + wish.HandBackAfter).Bind(session), cancel);

    public Task SetDrill(PoolKey pool, DrillRule? rule, AuditEntry? audit, CancellationToken cancel) =>
        rule is null
            ? Unset("Pools/unset_drill", pool, audit, cancel)
            : Change(audit, (connection, now) => Use(connection, "Pools/set_drill", pool).Bind(rule.Every).Bind(rule.Within).Bind(now), cancel);

    /// <summary>A pool that nothing is set for has no row.</summary>
    Task<bool> Unset(string statement, PoolKey pool, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            if (Use(connection, statement, pool).Run() == 0)
                return false;
            Use(connection, "Pools/forget_unset", pool).Run();
            connection.Note(audit, now);
            return true;
        }, cancel);

    Task<bool> Change(AuditEntry? audit, Func<Connection, DateTimeOffset, Statement> bind, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            if (bind(connection, now).Run() == 0)
                return false;
            connection.Note(audit, now);
            return true;
        }, cancel);

    public Task<ClosedGates> Closed(CancellationToken cancel) =>
        readers.Read(connection => new ClosedGates(
            connection.Use("Pools/closed").ReadAll(row => new ClosedPool(ReadKey(row), ReadDrain(row), row.Bool())),
            connection.Use("Pools/drained_sessions").ReadAll(row => (Id: row.Guid(), Drain: ReadDrain(row)!)).ToDictionary(row => row.Id, row => row.Drain),
            writer.Now), cancel);

    public Task<IReadOnlyList<DueDrill>> TakeDrills(int count, TimeSpan hold, CancellationToken cancel) =>
        writer.Write<IReadOnlyList<DueDrill>>((connection, now) => connection.Use("Pools/take_drills").Bind(now + hold).Bind(now).Bind(count)
            .ReadAll(row => new DueDrill(ReadKey(row), new(row.Duration(), row.Duration()), (DrillState)row.Int(), row.GuidOrNull(), row.Long())), cancel);

    public Task<bool> BeginDrill(DueDrill drill, Guid run, CancellationToken cancel) =>
        Change(null, (connection, _) => Use(connection.Use("Pools/begin_drill").Bind(run), drill.Key).Bind(drill.Turn), cancel);

    public async Task<bool> EndDrill(DueDrill drill, DrillResult? result, TimeSpan next, AuditEntry? audit, CancellationToken cancel)
    {
        if (result is null)
        {
            await Change(null, (connection, now) => Use(connection.Use("Pools/put_off_drill").Bind(now + next), drill.Key).Bind(drill.Turn), cancel)
                .ConfigureAwait(false);
            return false;
        }
        var state = result.Why is null ? DrillState.Passed : DrillState.Failed;
        var isNew = state != drill.State;
        return await Change(isNew ? audit : null, (connection, now) => Use(
            connection.Use("Pools/end_drill").Bind(now + next).Bind(now).Bind((int)state).Bind(result.Why)
                .Bind(result.Heard?.ToMicros()).Bind(result.Proved?.ToMicros()),
            drill.Key).Bind(drill.Turn), cancel).ConfigureAwait(false) && isNew;
    }

    static Statement Use(Connection connection, string statement, PoolKey pool) => Use(connection.Use(statement), pool);

    static Statement Use(Statement statement, PoolKey pool) => statement.Bind(pool.Organization).Bind(pool.Pool ?? QueueKey.DefaultPool);

    static PoolKey ReadKey(Statement row) => new(row.Guid(), QueueKey.NameOf(row.Text()));

    static Drain? ReadDrain(Statement row) => SqliteSessionStore.DrainOf(row.TimeOrNull(), row.TextOrNull(), row.TimeOrNull());

    static PoolRow ReadRow(Statement row) => new(ReadKey(row), ReadDrain(row), ReadDrill(row));

    static DrillView? ReadDrill(Statement row)
    {
        if (row.LongOrNull() is not { } every)
            return null;
        return new(
            new(Micros.ToDuration(every), row.Duration()), (DrillState)row.Int(), row.Time(), row.TextOrNull(), row.TimeOrNull(), row.Time())
        {
            Heard = row.LongOrNull() is { } heard ? Micros.ToDuration(heard) : null,
            Proved = row.LongOrNull() is { } proved ? Micros.ToDuration(proved) : null,
            Run = row.GuidOrNull(),
        };
    }
}
