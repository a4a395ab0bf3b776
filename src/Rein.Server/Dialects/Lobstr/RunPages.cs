using System.Collections.Concurrent;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>What a run has used: of one that goes on, until now.</summary>
readonly record struct Spent(TimeSpan Time, long Credits)
{
    public static Spent Of(Run run) => new(run.Used, run.Credits);

    public static Spent Of(Run run, IEnumerable<ArchivedAttempt> attempts, DateTimeOffset now) => attempts.Select(one => one.Attempt).Where(attempt => attempt.IsOpen).Aggregate(
        Of(run),
        (sum, open) => new(sum.Time + (open.Used(now) is var used && used > TimeSpan.Zero ? used : TimeSpan.Zero), Credit.Plus(sum.Credits, open.Cost(now))));
}

/// <summary>Reads runs, and everything that is told with them.</summary>
sealed class RunPages(IStores stores, WorkflowCatalog catalog, AfterStop after, TimeProvider time)
{
    const long MostCounted = 10_000;
    const int MostRemembered = 10_000;

    readonly IRunReader reader = stores.Reader;

    /// <summary>A workflow keeps its id for ever, whoever saves it at whatever node: it is asked for once.</summary>
    readonly ConcurrentDictionary<(Guid Organization, string Workflow), string> squids = new();

    /// <summary>What is no id, what nobody has and what somebody else has are all null.</summary>
    public async Task<RunView?> Find(Guid organization, string? hash, CancellationToken cancel) =>
        Ids.Read(hash) is { } run ? await reader.Find(organization, run, cancel) : null;

    public async Task<RunDocument> Read(RunView view, CancellationToken cancel)
    {
        var run = view.Run;
        var document = Of(run, view.Export, await SpentBy(run, cancel));
        return document with
        {
            Squid = await SquidOf(run, cancel),
            TotalResults = view.ItemsSoFar,
            TotalUniqueResults = await Unique(run.Id, view.ItemsSoFar, view.Export, cancel),
        };
    }

    /// <summary>
    /// As it was committed: whatever is owed from its end is still to be done. The end is durable, so what cannot be read back now is null: an error would unsay
    /// it.
    /// </summary>
    public async Task<RunDocument> ReadEnded(Run run, CancellationToken cancel) => Of(run, new(ExportState.Due), Spent.Of(run)) with
    {
        Squid = await after.Tell<string?>(run.Id, () => SquidOf(run, cancel), () => null, cancel),
        TotalUniqueResults = await after.Tell<long?>(run.Id, async () => await Unique(run.Id, run.Items, null, cancel), () => null, cancel),
    };

    /// <summary>It counts as it has been started, whoever has taken it up in that very commit.</summary>
    public static RunDocument JustStarted(Run run, string squid)
    {
        var document = Of(run, ExportView.Of(run), Spent.Of(run)) with { Squid = squid, TotalUniqueResults = 0 };
        return run.HasEnded ? document : document with { Status = Statuses.Pending };
    }

    public async Task<Spent> SpentBy(Run run, CancellationToken cancel) =>
        run.ActiveAttempts == 0 ? Spent.Of(run) : Spent.Of(run, await reader.OpenAttempts(run.Id, cancel), time.GetUtcNow());

    public async Task<string?> SquidOf(Run run, CancellationToken cancel)
    {
        if (run.Workflow is not { } name)
            return null;
        if (squids.TryGetValue((run.Organization, name), out var known))
            return known;
        if (await catalog.Latest(run.Organization, name, cancel) is not { } version)
            return null;
        if (squids.Count >= MostRemembered)
            squids.Clear();
        return squids[(run.Organization, name)] = Ids.Of(version.Id);
    }

    static RunDocument Of(Run run, ExportView? export, Spent spent) => new()
    {
        Id = Ids.Of(run.Id),
        IsDone = run.HasEnded,
        StartedAt = run.StartedAt ?? run.CreatedAt,
        TotalResults = run.Items,
        EndedAt = run.EndedAt,
        Duration = Durations.Seconds(spent.Time),
        CreditUsed = Durations.Round(Credit.ToDecimal(spent.Credits)),
        Origin = run.Parent is null ? "user" : "workflow",
        Status = Statuses.Of(run, export?.State),
        ExportDone = export?.State switch { ExportState.Done => true, ExportState.Failed => false, _ => null },
        ExportCount = export?.Manifest?.Items ?? 0,
        ExportTime = export is { State: ExportState.Done } ? export.At : null,
        CreatedAt = run.CreatedAt,
        DoneReason = Statuses.ReasonOf(run),
        DoneReasonDesc = Statuses.WordsOf(run),
    };

    /// <summary>
    /// Counted anew until the account of the items says it: those that came in between are not counted. Of very many it is their number until then: counting them would make
    /// an abort wait, and whoever polls.
    /// </summary>
    async Task<long> Unique(Guid run, long items, ExportView? export, CancellationToken cancel) =>
        export?.Manifest is { } manifest ? manifest.Distinct
        : items is <= 1 or > MostCounted ? items
        : Math.Min(items, await stores.Exports.CountDistinct(run, cancel));
}
