using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Keys;

sealed class SqliteKeyStore(Writer writer, Readers readers) : IKeyStore
{
    public Task<Guid> CreateOrganization(string name, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var id = Guid.CreateVersion7(now);
            connection.Use("Keys/insert_organization").Bind(id).Bind(name).Bind(now).Run();
            return id;
        }, cancel);

    public Task<Guid?> FindOrganization(string name, CancellationToken cancel) =>
        readers.Read(
            connection => connection.Use("Keys/find_organization").Bind(name).ReadAll(row => (Guid?)row.Guid()).SingleOrDefault(),
            cancel);

    public Task<bool> Found(string name, ApiKey first, CancellationToken cancel) =>
        writer.Write((connection, now) =>
            connection.Use("Keys/found").Bind(first.Organization).Bind(name).Bind(now).Run() == 1 && Insert(connection, first) == 1, cancel);

    public Task Create(ApiKey key, CancellationToken cancel) => writer.Write((connection, _) => Insert(connection, key), cancel);

    static int Insert(Connection connection, ApiKey key) => connection.Use("Keys/insert")
        .Bind(key.Id).Bind(key.Organization).Bind(key.Name).Bind(key.Prefix).BindBlob(key.Hash.Span).Bind((int)key.Scopes).Bind(key.CreatedAt).Run();

    public Task<ApiKey?> Find(string prefix, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Keys/find").Bind(prefix).ReadFirst(Read), cancel);

    public Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<ApiKey>)connection.Use("Keys/list").Bind(organization).ReadAll(Read), cancel);

    public Task<bool> Revoke(Guid organization, Guid id, CancellationToken cancel) =>
        writer.Write((connection, now) => connection.Use("Keys/revoke").Bind(now).Bind(organization).Bind(id).Run() == 1, cancel);

    static ApiKey Read(Statement row) =>
        new(row.Guid(), row.Guid(), row.Text(), row.Text(), row.Bytes().ToArray(), (Scopes)row.Int(), row.Time());
}
