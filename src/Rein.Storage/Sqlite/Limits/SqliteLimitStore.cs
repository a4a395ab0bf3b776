using Rein.Core.Stores;
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

    public Task<Limit?> Find(LimitKey key, CancellationToken cancel) =>
        readers.Read(
            connection => connection.Use("Runs/find_limit").Bind(key.Organization).Bind(key.Key).ReadFirst(row => new Limit(key, row.Int(), row.Int())),
            cancel);

    public Task<IReadOnlyList<Guid>> Holders(LimitKey key, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<Guid>)connection.Use("Limits/holders").Bind(key.Organization).Bind(key.Key).ReadAll(row => row.Guid()),
            cancel);

    public Task<IReadOnlyList<LimitKey>> Admissible(int count, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<LimitKey>)connection.Use("Limits/admissible").Bind(count).ReadAll(row => new LimitKey(row.Guid(), row.Text())),
            cancel);
}
