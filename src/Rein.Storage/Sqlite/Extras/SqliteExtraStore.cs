using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Extras;

sealed class SqliteExtraStore(Writer writer, Readers readers) : IExtraStore
{
    public Task<Guid?> FindRun(Guid organization, string alias, CancellationToken cancel) =>
        readers.Read(
            connection => connection.Use("Extras/find_run").Bind(organization).Bind(alias).ReadAll(row => (Guid?)row.Guid()).SingleOrDefault(), cancel);

    public Task<Guid?> FindAnywhere(Guid run, string alias, int most, CancellationToken cancel) =>
        readers.Read(
            connection => connection.Use("Extras/find_anywhere").Bind(run).Bind(most).Bind(alias).ReadAll(row => (Guid?)row.Guid()).SingleOrDefault(), cancel);

    public Task<IReadOnlyDictionary<Guid, Core.Runs.Extras>> Of(IReadOnlyCollection<Guid> runs, CancellationToken cancel) =>
        readers.Read<IReadOnlyDictionary<Guid, Core.Runs.Extras>>(
            connection => runs.Distinct().SelectMany(run => connection.Use("Extras/of").Bind(run).ReadAll(Read)).ToDictionary(), cancel);

    public Task<bool> PutBesideRun(Guid organization, Guid run, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, bool evenEnded, CancellationToken cancel) =>
        writer.Write(
            (connection, _) => before.IsEmpty
                ? connection.Use("Extras/add").BindText(json).Bind(run).Bind(organization).Bind(evenEnded).Run() == 1
                : connection.Use("Extras/replace").BindText(json).Bind(run).Bind(organization).BindText(before).Bind(evenEnded).Run() == 1,
            cancel);

    public Task<ReadOnlyMemory<byte>> OfWorkflow(Guid organization, string name, CancellationToken cancel) =>
        readers.Read<ReadOnlyMemory<byte>>(
            connection => connection.Use("Extras/of_workflow").Bind(organization).Bind(name).ReadAll(row => row.Bytes().ToArray()).SingleOrDefault(), cancel);

    public Task<bool> ExchangeBesideWorkflow(Guid organization, string name, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, CancellationToken cancel) =>
        writer.Write((connection, _) => Exchange(connection, organization, name, new(before, json)), cancel);

    public static bool Exchange(Connection connection, Guid organization, string name, BesideExchange beside) => 1 == (beside.Before.IsEmpty
        ? connection.Use("Extras/insert_beside_workflow").Bind(organization).Bind(name).BindText(beside.After).Run()
        : connection.Use("Extras/exchange_beside_workflow").BindText(beside.After).Bind(organization).Bind(name).BindText(beside.Before).Run());

    static KeyValuePair<Guid, Core.Runs.Extras> Read(Statement row) => new(row.Guid(), new(row.TextOrNull(), row.Bytes().ToArray()));
}
