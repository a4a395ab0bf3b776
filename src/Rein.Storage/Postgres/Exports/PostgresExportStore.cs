using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Exports;

/// <summary>One statement each, so one transaction each.</summary>
sealed class PostgresExportStore(Database database) : IExportStore
{
    public async Task<long> CountDistinct(Guid run, CancellationToken cancel) =>
        (await database.Read("Exports/count_distinct", cells => cells.Long(), cancel, Arg.Of(run)).ConfigureAwait(false))[0];

    public Task Keep(long duty, Guid run, Manifest manifest, CancellationToken cancel) => database.Execute(
        "Exports/keep", cancel,
        Arg.Of(duty), Arg.Of(run), Arg.Of(manifest.Items), Arg.Of(manifest.Distinct), Arg.Of(manifest.Bytes), Arg.Of(manifest.Sha256));

    public Task Fail(long duty, Guid run, string error, CancellationToken cancel) =>
        database.Execute("Exports/fail", cancel, Arg.Of(duty), Arg.Of(run), Arg.Of(error));

    public async Task<bool> Ask(Guid organization, Guid run, CancellationToken cancel) =>
        await database.Execute("Exports/ask", cancel, Arg.Of(run), Arg.Of(organization), Arg.Of((int)DutyKind.Export)).ConfigureAwait(false) == 1;
}
