using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.StopLinks;

sealed class PostgresStopLinkStore(Database database) : IStopLinkStore
{
    public Task Create(StopLink link, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            await connection.Execute("StopLinks/insert", cancel, [.. StopLinkRows.All.Args([link])]).ConfigureAwait(false);
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    public async Task<StopLink?> Find(string prefix, CancellationToken cancel) =>
        (await database.Read("StopLinks/find", Read, cancel, Arg.Of(prefix)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<IReadOnlyList<StopLink>> List(Guid organization, Guid run, CancellationToken cancel) =>
        await database.Read("StopLinks/list", Read, cancel, Arg.Of(run), Arg.Of(organization)).ConfigureAwait(false);

    public async Task<StopLink?> Last(Guid organization, string named, int among, CancellationToken cancel) =>
        (await database.Read("StopLinks/last", Read, cancel, Arg.Of(organization), Arg.Of(named), Arg.Of((long)among)).ConfigureAwait(false)).FirstOrDefault();

    public Task<bool> Revoke(Guid organization, Guid run, Guid id, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            if (await connection.Execute("StopLinks/revoke", cancel, Arg.Of(id), Arg.Of(run), Arg.Of(organization)).ConfigureAwait(false) == 0)
                return false;
            await connection.Note(audit, cancel).ConfigureAwait(false);
            return true;
        }, cancel);

    static StopLink Read(Cells cells) => new(
        cells.Id(), cells.Id(), cells.Id(), cells.Text(), cells.Bytes(), cells.Text(), cells.Text(), cells.Time(), cells.TimeOrNull());
}
