using Rein.Core.Stores;
using Rein.Storage.Sqlite.Audit;
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

    public Task<IReadOnlyList<Organization>> ListOrganizations(string? after, int count, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<Organization>)connection.Use("Keys/list_organizations").Bind(after ?? "").Bind(count)
                .ReadAll(row => new Organization(row.Guid(), row.Text(), row.Time())),
            cancel);

    public Task<bool> Found(string name, ApiKey first, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            if (connection.Use("Keys/found").Bind(first.Organization).Bind(name).Bind(now).Run() == 0)
                return false;
            Insert(connection, first);
            connection.Note(audit, now);
            return true;
        }, cancel);

    public Task Create(ApiKey key, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            Insert(connection, key);
            connection.Note(audit, now);
            return true;
        }, cancel);

    static void Insert(Connection connection, ApiKey key) => connection.Use("Keys/insert")
        .Bind(key.Id).Bind(key.Organization).Bind(key.Name).Bind(key.Prefix).BindBlob(key.Hash.Span).Bind((int)key.Scopes).Bind(key.CreatedAt)
        .Bind(key.ExpiresAt).Bind(key.RequestsPerSecond).Bind(key.StopsPerSecond).Bind(key.Pool).Run();

    public Task<ApiKey?> Find(string prefix, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Keys/find").Bind(prefix).ReadFirst(Read), cancel);

    public Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<ApiKey>)connection.Use("Keys/list").Bind(organization).ReadAll(Read), cancel);

    public Task<KeyRevocation> Revoke(Guid organization, Guid id, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            if (connection.Use("Keys/revoke").Bind(now).Bind(organization).Bind(id).Bind((int)Scopes.Admin).Run() == 1)
            {
                connection.Note(audit, now);
                return KeyRevocation.Done;
            }
            var isThere = connection.Use("Keys/is_there").Bind(organization).Bind(id).ReadAll(row => row.Guid()).Count > 0;
            return isThere ? KeyRevocation.LastAdmin : KeyRevocation.Unknown;
        }, cancel);

    public Task<ApiKey?> Rotate(
        Guid organization, Guid id, ReadOnlyMemory<byte> hash, TimeSpan overlap, AuditEntry? audit, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var key = connection.Use("Keys/rotate").Bind(now + overlap).BindBlob(hash.Span).Bind(organization).Bind(id).ReadAll(Read).SingleOrDefault();
            if (key is not null)
                connection.Note(audit, now);
            return key;
        }, cancel);

    public Task Used(IReadOnlyCollection<KeyUse> uses, CancellationToken cancel) =>
        writer.Write((connection, _) =>
        {
            foreach (var use in uses)
                connection.Use("Keys/used").Bind(use.At).Bind(use.Key).Run();
            return true;
        }, cancel);

    static ApiKey Read(Statement row) =>
        new(row.Guid(), row.Guid(), row.Text(), row.Text(), row.Bytes().ToArray(), (Scopes)row.Int(), row.Time())
        {
            ExpiresAt = row.TimeOrNull(),
            Former = ReadFormer(row.BytesOrNull(), row.TimeOrNull()),
            UsedAt = row.TimeOrNull(),
            RequestsPerSecond = row.DoubleOrNull(),
            StopsPerSecond = row.DoubleOrNull(),
            Pool = row.TextOrNull(),
        };

    static FormerSecret? ReadFormer(ReadOnlyMemory<byte>? hash, DateTimeOffset? until) => hash is null ? null : new(hash.Value, until!.Value);
}
