using Rein.Core.Stores;
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

    public async Task<bool> Found(string name, ApiKey first, CancellationToken cancel) =>
        await database.Execute(
            "Keys/found", cancel,
            Arg.Of(first.Organization), Arg.Of(name), Arg.Of(first.Id), Arg.Of(first.Name), Arg.Of(first.Prefix), Arg.Of(first.Hash.ToArray()),
            Arg.Of((int)first.Scopes), Arg.Of(first.CreatedAt.ToMicros())).ConfigureAwait(false) == 1;

    public async Task<Guid?> FindOrganization(string name, CancellationToken cancel)
    {
        var found = await database.Read("Keys/find_organization", cells => cells.Id(), cancel, Arg.Of(name)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public Task Create(ApiKey key, CancellationToken cancel) => database.Execute(
        "Keys/insert", cancel,
        Arg.Of(key.Id), Arg.Of(key.Organization), Arg.Of(key.Name), Arg.Of(key.Prefix), Arg.Of(key.Hash.ToArray()), Arg.Of((int)key.Scopes),
        Arg.Of(key.CreatedAt.ToMicros()));

    public async Task<ApiKey?> Find(string prefix, CancellationToken cancel) =>
        (await database.Read("Keys/find", Read, cancel, Arg.Of(prefix)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel) =>
        await database.Read("Keys/list", Read, cancel, Arg.Of(organization)).ConfigureAwait(false);

    public async Task<bool> Revoke(Guid organization, Guid id, CancellationToken cancel) =>
        await database.Execute("Keys/revoke", cancel, Arg.Of(organization), Arg.Of(id)).ConfigureAwait(false) == 1;

    static ApiKey Read(Cells cells) =>
        new(cells.Id(), cells.Id(), cells.Text(), cells.Text(), cells.Bytes(), (Scopes)cells.Number(), cells.Time());
}
