using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

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

    public Task<bool> Remove(LimitKey key, AuditEntry? audit, CancellationToken cancel) =>
        database.Transact(async connection =>
        {
            var wasThere = await connection.Execute("Limits/remove", cancel, Arg.Of(key.Organization), Arg.Of(key.Key)).ConfigureAwait(false) > 0;
            if (wasThere)
                await connection.Note(audit, cancel).ConfigureAwait(false);
            return wasThere;
        }, cancel);

    public async Task<LimitView?> Find(LimitKey key, CancellationToken cancel) =>
        (await database.Read("Limits/find", ReadView, cancel, Arg.Of(key.Organization), Arg.Of(key.Key)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<LimitView>> List(Guid organization, string? after, int count, CancellationToken cancel) =>
        await database.Read("Limits/list", ReadView, cancel, Arg.Of(organization), Arg.Of(after ?? ""), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<LimitRun>> Holders(LimitKey key, Guid? after, int count, CancellationToken cancel) =>
        await database.Read(
            "Limits/holders", ReadRun, cancel, Arg.Of(key.Organization), Arg.Of(key.Key), Arg.Of(after ?? Guid.Empty), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<LimitRun>> Queue(LimitKey key, LimitRun? after, int count, CancellationToken cancel)
    {
        var (rank, since, run) = QueueKey.PlaceOf(after);
        return await database.Read(
            "Limits/queue", ReadRun, cancel,
            Arg.Of(key.Organization), Arg.Of(key.Key), Arg.Of(rank), Arg.Of(since.ToMicros()), Arg.Of(run), Arg.Of((long)count)).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Wait>> Waits(IReadOnlyCollection<Guid> runs, CancellationToken cancel) =>
        await database.Read(
            "Limits/waits",
            cells => new Wait(cells.Id(), cells.Text(), cells.NumberOrNull(), (int)cells.Long(), (int)cells.Long()),
            cancel,
            Arg.Of([.. runs]), Arg.Of((long)Wait.FarthestPlace)).ConfigureAwait(false);

    public async Task<IReadOnlyList<LimitKey>> Admissible(LimitKey? after, int count, CancellationToken cancel) =>
        await database.Read(
            "Limits/admissible", Runs.Limits.ReadKey, cancel, Arg.Of(after?.Organization ?? Guid.Empty), Arg.Of(after?.Key ?? ""), Arg.Of((long)count)).ConfigureAwait(false);

    static LimitView ReadView(Cells cells) => new(new(Runs.Limits.ReadKey(cells), cells.Number(), (int)cells.Long()), cells.Long());

    static LimitRun ReadRun(Cells cells) =>
        new(cells.Id(), cells.TextOrNull(), (RunState)cells.Number(), cells.Flag(), cells.Number(), cells.Time());
}
