using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Keys;

sealed class PostgresKeyStore(Database database) : IKeyStore
{
    public async Task<Guid> CreateOrganization(string name, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(await database.Now(cancel).ConfigureAwait(false));
        await database.Execute("Keys/insert_organization", cancel, Arg.Of(id), Arg.Of(name)).ConfigureAwait(false);
        return id;
    }

    public Task<bool> Found(string name, ApiKey first, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            if (await connection.Execute("Keys/found", cancel, Arg.Of(first.Organization), Arg.Of(name)).ConfigureAwait(false) == 0)
                return false;
            await Insert(connection, first, cancel).ConfigureAwait(false);
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    public async Task<Guid?> FindOrganization(string name, CancellationToken cancel)
    {
        var found = await database.Read("Keys/find_organization", cells => cells.Id(), cancel, Arg.Of(name)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<IReadOnlyList<Organization>> ListOrganizations(string? after, int count, CancellationToken cancel) =>
        await database.Read(
            "Keys/list_organizations", cells => new Organization(cells.Id(), cells.Text(), cells.Time()), cancel, Arg.Of(after ?? ""), Arg.Of((long)count))
            .ConfigureAwait(false);

    public Task Create(ApiKey key, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            await Insert(connection, key, cancel).ConfigureAwait(false);
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    static Task<int> Insert(NpgsqlConnection connection, ApiKey key, CancellationToken cancel) => connection.Execute(
        "Keys/insert", cancel,
        Arg.Of(key.Id), Arg.Of(key.Organization), Arg.Of(key.Name), Arg.Of(key.Prefix), Arg.Of(key.Hash.ToArray()), Arg.Of((int)key.Scopes),
        Arg.Of(key.CreatedAt.ToMicros()), Arg.Of(key.ExpiresAt?.ToMicros()), Arg.Of(key.RequestsPerSecond), Arg.Of(key.StopsPerSecond), Arg.Of(key.Pool));

    public async Task<ApiKey?> Find(string prefix, CancellationToken cancel) =>
        (await database.Read("Keys/find", Read, cancel, Arg.Of(prefix)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) =>
        await database.Read("Keys/list", Read, cancel, Arg.Of(organization)).ConfigureAwait(false);

    /// <summary>Under a lock of the organization: of two that revoke each other's key at once, one has to stay.</summary>
    public Task<KeyRevocation> Revoke(Guid organization, Guid id, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            await connection.Query("Keys/lock_organization", cells => cells.Id(), cancel, Arg.Of(organization)).ConfigureAwait(false);
            if (await connection.Execute("Keys/revoke", cancel, Arg.Of(organization), Arg.Of(id), Arg.Of((int)Scopes.Admin)).ConfigureAwait(false) == 1)
            {
                await connection.Note(audit, cancel).ConfigureAwait(false);
                return KeyRevocation.Done;
            }
            var there = await connection.Query("Keys/is_there", cells => cells.Id(), cancel, Arg.Of(organization), Arg.Of(id)).ConfigureAwait(false);
            return there.Count > 0 ? KeyRevocation.LastAdmin : KeyRevocation.Unknown;
        }, cancel);

    public Task<ApiKey?> Rotate(
        Guid organization, Guid id, ReadOnlyMemory<byte> hash, TimeSpan overlap, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            var rotated = await connection.Query(
                "Keys/rotate", Read, cancel, Arg.Of(organization), Arg.Of(id), Arg.Of(overlap.ToMicros()), Arg.Of(hash.ToArray())).ConfigureAwait(false);
            if (rotated.Count > 0)
                await connection.Note(audit, cancel).ConfigureAwait(false);
            return rotated.SingleOrDefault();
        }, cancel);

    /// <summary>Each by itself: two nodes that note the same keys wait for each other in no circle.</summary>
    public async Task Used(IReadOnlyCollection<KeyUse> uses, CancellationToken cancel)
    {
        foreach (var use in uses)
            await database.Execute("Keys/used", cancel, Arg.Of(use.Key), Arg.Of(use.At.ToMicros())).ConfigureAwait(false);
    }

    static ApiKey Read(Cells cells) =>
        new(cells.Id(), cells.Id(), cells.Text(), cells.Text(), cells.Bytes(), (Scopes)cells.Number(), cells.Time())
        {
            ExpiresAt = cells.TimeOrNull(),
            Former = ReadFormer(cells.BytesOrNull(), cells.TimeOrNull()),
            UsedAt = cells.TimeOrNull(),
            RequestsPerSecond = cells.DoubleOrNull(),
            StopsPerSecond = cells.DoubleOrNull(),
            Pool = cells.TextOrNull(),
        };

    static FormerSecret? ReadFormer(byte[]? hash, DateTimeOffset? until) => hash is null ? null : new(hash, until!.Value);
}
