using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Limits;

sealed class PostgresLimitStore(Database database) : ILimitStore
{
    public Task Put(LimitKey key, int max, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            await connection.Execute("Limits/put", cancel, Arg.Of(key.Organization), Arg.Of(key.Key), Arg.Of(max)).ConfigureAwait(false);
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    public async Task<Limit?> Find(LimitKey key, CancellationToken cancel)
    {
        var found = await database.Read(
            "Limits/find", cells => new Limit(key, cells.Number(), (int)cells.Long()), cancel, Arg.Of(key.Organization), Arg.Of(key.Key)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<IReadOnlyList<Guid>> Holders(LimitKey key, CancellationToken cancel) =>
        await database.Read("Limits/holders", cells => cells.Id(), cancel, Arg.Of(key.Organization), Arg.Of(key.Key)).ConfigureAwait(false);

    public async Task<IReadOnlyList<LimitKey>> Admissible(int count, CancellationToken cancel) =>
        await database.Read("Limits/admissible", Runs.Limits.ReadKey, cancel, Arg.Of((long)count)).ConfigureAwait(false);
}
