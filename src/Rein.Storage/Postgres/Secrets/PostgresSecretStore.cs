using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Secrets;

sealed class PostgresSecretStore(Database database) : ISecretStore
{
    public Task<bool> Put(SealedSecret secret, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            var isNew = await connection.Query(
                "Secrets/put", cells => cells.Flag(), cancel,
                Arg.Of(secret.Organization), Arg.Of(secret.Name), Arg.Of(secret.KeyId), Arg.Of(secret.Value.ToArray()), Arg.Of(secret.SetAt.ToMicros()))
                .ConfigureAwait(false);
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return isNew[0];
        }, cancel);

    public async Task<IReadOnlyList<SealedSecret>> Find(Guid organization, IReadOnlyCollection<string> names, CancellationToken cancel) =>
        await database.Read("Secrets/find", Read, cancel, Arg.Of(organization), Arg.Of(names)).ConfigureAwait(false);

    public async Task<IReadOnlyList<SealedSecret>> List(Guid organization, CancellationToken cancel) =>
        await database.Read("Secrets/list", Read, cancel, Arg.Of(organization)).ConfigureAwait(false);

    public Task<bool> Remove(Guid organization, string name, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            if (await connection.Execute("Secrets/remove", cancel, Arg.Of(organization), Arg.Of(name)).ConfigureAwait(false) == 0)
                return false;
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    public async Task<IReadOnlyList<SealedSecret>> NotUnder(string keyId, CancellationToken cancel) =>
        await database.Read("Secrets/not_under", Read, cancel, Arg.Of(keyId)).ConfigureAwait(false);

    public Task Reseal(SealedSecret before, SealedSecret after, CancellationToken cancel) => database.Execute(
        "Secrets/reseal", cancel,
        Arg.Of(after.KeyId), Arg.Of(after.Value.ToArray()), Arg.Of(before.Organization), Arg.Of(before.Name), Arg.Of(before.Value.ToArray()));

    static SealedSecret Read(Cells cells) => new(cells.Id(), cells.Text(), cells.Text(), cells.Bytes(), cells.Time());
}
