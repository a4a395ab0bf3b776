using Rein.Core.Stores;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.StopLinks;

sealed class SqliteStopLinkStore(Writer writer, Readers readers) : IStopLinkStore
{
    public Task Create(StopLink link, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            connection.Insert(link);
            connection.Note(audit, now);
            return true;
        }, cancel);

    public Task<StopLink?> Find(string prefix, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("StopLinks/find").Bind(prefix).ReadFirst(Read), cancel);

    public Task<IReadOnlyList<StopLink>> List(Guid organization, Guid run, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<StopLink>)connection.Use("StopLinks/list").Bind(run).Bind(organization).ReadAll(Read), cancel);

    public Task<StopLink?> Last(Guid organization, string named, int among, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("StopLinks/last").Bind(organization).Bind(among).Bind(named).ReadFirst(Read), cancel);

    public Task<bool> Revoke(Guid organization, Guid run, Guid id, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var isDone = connection.Use("StopLinks/revoke").Bind(now).Bind(id).Bind(run).Bind(organization).Run() == 1;
            if (isDone)
                connection.Note(audit, now);
            return isDone;
        }, cancel);

    static StopLink Read(Statement row) => new(
        row.Guid(), row.Guid(), row.Guid(), row.Text(), row.Bytes().ToArray(), row.Text(), row.Text(), row.Time(), row.TimeOrNull());
}

static class StopLinkRow
{
    public static void Insert(this Connection connection, StopLink link) =>
        connection.Use("StopLinks/insert")
            .Bind(link.Id).Bind(link.Organization).Bind(link.Run).Bind(link.Prefix).BindBlob(link.Hash.Span).Bind(link.Name).Bind(link.Creator)
            .Bind(link.CreatedAt).Bind(link.ExpiresAt).Run();
}
