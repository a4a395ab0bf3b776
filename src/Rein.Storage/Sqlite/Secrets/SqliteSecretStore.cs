using Rein.Core.Stores;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Secrets;

sealed class SqliteSecretStore(Writer writer, Readers readers) : ISecretStore
{
    public Task<bool> Put(SealedSecret secret, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var isNew = Find(connection, secret.Organization, secret.Name) is null;
            connection.Use("Secrets/put")
                .Bind(secret.Organization).Bind(secret.Name).Bind(secret.KeyId).BindBlob(secret.Value.Span).Bind(secret.SetAt).Run();
            connection.Note(audit, now);
            return isNew;
        }, cancel);

    public Task<IReadOnlyList<SealedSecret>> Find(Guid organization, IReadOnlyCollection<string> names, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<SealedSecret>)[.. names.Select(name => Find(connection, organization, name)).OfType<SealedSecret>()], cancel);

    static SealedSecret? Find(Connection connection, Guid organization, string name) =>
        connection.Use("Secrets/find").Bind(organization).Bind(name).ReadFirst(Read);

    public Task<IReadOnlyList<SealedSecret>> List(Guid organization, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<SealedSecret>)connection.Use("Secrets/list").Bind(organization).ReadAll(Read), cancel);

    public Task<bool> Remove(Guid organization, string name, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var isDone = connection.Use("Secrets/remove").Bind(organization).Bind(name).Run() == 1;
            if (isDone)
                connection.Note(audit, now);
            return isDone;
        }, cancel);

    public Task<IReadOnlyList<SealedSecret>> NotUnder(string keyId, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<SealedSecret>)connection.Use("Secrets/not_under").Bind(keyId).ReadAll(Read), cancel);

    public Task Reseal(SealedSecret before, SealedSecret after, CancellationToken cancel) =>
        writer.Write(
            (connection, _) => connection.Use("Secrets/reseal")
                .Bind(after.KeyId).BindBlob(after.Value.Span).Bind(before.Organization).Bind(before.Name).BindBlob(before.Value.Span).Run(),
            cancel);

    static SealedSecret Read(Statement row) => new(row.Guid(), row.Text(), row.Text(), row.Bytes().ToArray(), row.Time());
}
