using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Limits;

sealed class SqliteLimitStore(Writer writer, Readers readers) : ILimitStore
{
    public Task Put(LimitKey key, int max, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            connection.Use("Limits/put").Bind(key.Organization).Bind(key.Key).Bind(max).Run();
            connection.Note(audit, now);
            return true;
        }, cancel);

    public Task<bool> Remove(LimitKey key, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var wasThere = connection.Use("Limits/remove").Bind(key.Organization).Bind(key.Key).Run() > 0;
            if (wasThere)
                connection.Note(audit, now);
            return wasThere;
        }, cancel);

    public Task<LimitView?> Find(LimitKey key, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Limits/find").Bind(key.Organization).Bind(key.Key).ReadFirst(ReadView), cancel);

    public Task<IReadOnlyList<LimitView>> List(Guid organization, string? after, int count, CancellationToken cancel) =>
        ReadAll("Limits/list", query => query.Bind(organization).Bind(after ?? "").Bind(count), ReadView, cancel);

    public Task<IReadOnlyList<LimitRun>> Holders(LimitKey key, Guid? after, int count, CancellationToken cancel) =>
        ReadAll("Limits/holders", query => query.Bind(key.Organization).Bind(key.Key).Bind(after ?? Guid.Empty).Bind(count), ReadRun, cancel);

    public Task<IReadOnlyList<LimitRun>> Queue(LimitKey key, LimitRun? after, int count, CancellationToken cancel)
    {
        var (rank, since, run) = QueueKey.PlaceOf(after);
        return ReadAll(
            "Limits/queue", query => query.Bind(key.Organization).Bind(key.Key).Bind(rank).Bind(since).Bind(run).Bind(count), ReadRun, cancel);
    }

    public Task<IReadOnlyList<Wait>> Waits(IReadOnlyCollection<Guid> runs, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<Wait>>(connection =>
            [.. runs.SelectMany(run => connection.Use("Limits/waits").Bind(Wait.FarthestPlace).Bind(run).ReadAll(ReadWait))], cancel);

    public Task<IReadOnlyList<LimitKey>> Admissible(LimitKey? after, int count, CancellationToken cancel) =>
        ReadAll("Limits/admissible", query => query.Bind(after?.Organization ?? Guid.Empty).Bind(after?.Key ?? "").Bind(count), row => new LimitKey(row.Guid(), row.Text()), cancel);

    Task<IReadOnlyList<T>> ReadAll<T>(string statement, Func<Statement, Statement> bind, Func<Statement, T> read, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<T>>(connection => bind(connection.Use(statement)).ReadAll(read), cancel);

    static LimitView ReadView(Statement row) => new(new(new(row.Guid(), row.Text()), row.Int(), row.Int()), row.Long());

    static LimitRun ReadRun(Statement row) => new(row.Guid(), row.TextOrNull(), (RunState)row.Int(), row.Bool(), row.Int(), row.Time());

    static Wait ReadWait(Statement row) => new(row.Guid(), row.Text(), row.IntOrNull(), row.IntOrNull() ?? 0, row.Int());
}
