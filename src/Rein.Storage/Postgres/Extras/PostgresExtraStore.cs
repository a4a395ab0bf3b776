using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Extras;

sealed class PostgresExtraStore(Database database) : IExtraStore
{
    public async Task<Guid?> FindRun(Guid organization, string alias, CancellationToken cancel) =>
        (await database.Read("Extras/find_run", cells => (Guid?)cells.Id(), cancel, Arg.Of(organization), Arg.Of(alias)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<Guid?> FindAnywhere(Guid run, string alias, int most, CancellationToken cancel) =>
        (await database.Read("Extras/find_anywhere", cells => (Guid?)cells.Id(), cancel, Arg.Of(run), Arg.Of(alias), Arg.Of(most)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyDictionary<Guid, Core.Runs.Extras>> Of(IReadOnlyCollection<Guid> runs, CancellationToken cancel) =>
        (await database.Read("Extras/of", Read, cancel, Arg.Of([.. runs])).ConfigureAwait(false)).ToDictionary();

    public Task<bool> PutBesideRun(Guid organization, Guid run, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, bool evenEnded, CancellationToken cancel) =>
        database.Transact(
            async connection => (before.IsEmpty
                ? await connection.Execute("Extras/add", cancel, Arg.Of(run), Arg.Of(organization), Arg.Of(json.ToArray()), Arg.Of(evenEnded)).ConfigureAwait(false)
                : await connection.Execute("Extras/replace", cancel, Arg.Of(run), Arg.Of(organization), Arg.Of(json.ToArray()), Arg.Of(before.ToArray()), Arg.Of(evenEnded)).ConfigureAwait(false)) == 1,
            cancel);

    public async Task<ReadOnlyMemory<byte>> OfWorkflow(Guid organization, string name, CancellationToken cancel) =>
        (await database.Read("Extras/of_workflow", cells => cells.Bytes(), cancel, Arg.Of(organization), Arg.Of(name)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<bool> ExchangeBesideWorkflow(Guid organization, string name, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await Exchange(connection, organization, name, new(before, json), cancel).ConfigureAwait(false);
    }

    public static async Task<bool> Exchange(NpgsqlConnection connection, Guid organization, string name, BesideExchange beside, CancellationToken cancel) => 1 == (beside.Before.IsEmpty
        ? await connection.Execute("Extras/insert_beside_workflow", cancel, Arg.Of(organization), Arg.Of(name), Arg.Of(beside.After.ToArray())).ConfigureAwait(false)
        : await connection.Execute(
            "Extras/exchange_beside_workflow", cancel, Arg.Of(organization), Arg.Of(name), Arg.Of(beside.Before.ToArray()), Arg.Of(beside.After.ToArray())).ConfigureAwait(false));

    static KeyValuePair<Guid, Core.Runs.Extras> Read(Cells cells) => new(cells.Id(), new(cells.TextOrNull(), cells.Bytes()));
}
