using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Audit;

sealed class SqliteAuditStore(Readers readers) : IAuditStore
{
    public Task<IReadOnlyList<AuditLine>> List(AuditQuery query, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<AuditLine>)connection.Use("Audit/list")
                .Bind(query.Organization).Bind(query.Before ?? long.MaxValue).Bind((int?)query.Action).Bind(query.Actor).Bind(query.Target)
                .Bind(query.Since).Bind(query.Until).Bind(query.Count).ReadAll(Read),
            cancel);

    static AuditLine Read(Statement row) =>
        new(row.Long(), row.Time(), new(row.Guid(), row.Text(), (AuditAction)row.Int(), row.Text(), row.Guid()) { Detail = row.TextOrNull() });
}

static class AuditRows
{
    /// <summary>In the transaction of what it tells of.</summary>
    public static void Note(this Connection connection, AuditEntry? entry, DateTimeOffset now)
    {
        if (entry is not null)
            connection.Use("Audit/insert")
                .Bind(entry.Organization).Bind(now).Bind(entry.Actor).Bind((int)entry.Action).Bind(entry.Target).Bind(entry.Request).Bind(entry.Detail).Run();
    }
}
