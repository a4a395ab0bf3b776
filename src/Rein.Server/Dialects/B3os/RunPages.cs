using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Views;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.B3os;

/// <summary>What of a run is wanted.</summary>
/// <param name="IsSummary">Neither its nodes nor its definition.</param>
/// <param name="Nodes">Only these of its nodes; null for all.</param>
/// <param name="WithoutOpenLoops">Nothing of the iterations of a loop that goes on.</param>
sealed record Wanted(bool IsSummary = false, IReadOnlyList<string>? Nodes = null, bool WithoutOpenLoops = false)
{
    public static Wanted Everything { get; } = new();

    public static Wanted Summary { get; } = new(IsSummary: true);
}

/// <summary>Reads runs, and everything that is told with them.</summary>
sealed class RunPages(IStores stores, WorkflowCatalog catalog)
{
    readonly IRunReader reader = stores.Reader;

    /// <summary>By our id in its dress, else by one that a client chose.</summary>
    public async Task<RunView?> Find(Guid organization, string id, CancellationToken cancel)
    {
        if (Ids.ReadRun(id) is { } own && await reader.Find(organization, own, cancel) is { } view)
            return view;
        return await stores.Extras.FindRun(organization, id, cancel) is { } chosen ? await reader.Find(organization, chosen, cancel) : null;
    }

    public async Task<RunDocument> Read(Run run, Wanted wanted, CancellationToken cancel)
    {
        var beside = await Beside(run, cancel);
        var steps = wanted.IsSummary ? [] : await new StepsRead(run, reader, cancel).Of(node => wanted.Nodes?.Contains(node) is not false, !wanted.WithoutOpenLoops);
        var history = await History.Of(run.Id, WithoutAttempt(steps), reader, cancel);
        var own = beside.Of(run);
        var by = own.By ?? history.StartedBy ?? await History.StarterOf(run.Id, reader, cancel);
        var document = beside.Head(run, own) with { TriggeredBy = by ?? "" };
        if (wanted.IsSummary)
            return document;
        var input = await reader.Input(run.Id, cancel) is { IsEmpty: false } json ? StepViews.Readable(json) : null;
        return document with
        {
            ExecutionState = new ExecutionState(run, steps, input ?? Definitions.Nothing, history).Of(Nodes(run, wanted.Nodes)),
            WorkflowDefinition = Definitions.Snapshot(run.Definition),
        };
    }

    /// <summary>Of a run whose stop is durable, but whose rows cannot be read now: what the commit had at hand.</summary>
    public static RunDocument Bare(Run run, string id) => new BesideRuns().Head(run, new()) with
    {
        Id = id,
        ExecutionState = new ExecutionState(run, run.Steps, Definitions.Nothing, History.Unknown).Of(Nodes(run, null)),
        WorkflowDefinition = Definitions.Snapshot(run.Definition),
    };

    public async Task<RunFinished> ReadFinished(Run run, DateTimeOffset now, CancellationToken cancel)
    {
        var document = await Read(run, Wanted.Everything, cancel);
        return new()
        {
            RunId = document.Id,
            Status = document.Status,
            ExecutionState = document.ExecutionState!,
            DurationMs = (long)((run.EndedAt ?? now) - run.CreatedAt).TotalMilliseconds,
        };
    }

    public async Task<RunPage> List(RunFilter filter, int limit, CancellationToken cancel)
    {
        var found = await reader.List(filter with { Count = limit + 1 }, cancel);
        var runs = found.Take(limit).Select(view => view.Run).ToList();
        var beside = await BesideRuns.Of(runs, filter.Organization, withTitles: true, stores, catalog, cancel);
        var entries = new List<RunEntry>();
        foreach (var run in runs)
            entries.Add(beside.Entry(run, beside.Of(run).By ?? await History.StarterOf(run.Id, reader, cancel)));
        return new() { Items = entries, Limit = limit, Offset = filter.Skip, HasMore = found.Count > limit };
    }

    Task<BesideRuns> Beside(Run run, CancellationToken cancel) => BesideRuns.Of([run], run.Organization, withTitles: false, stores, catalog, cancel);

    static IEnumerable<string> Nodes(Run run, IReadOnlyList<string>? wanted) =>
        run.Definition.Nodes.Values.Where(node => node.Loop is null && (wanted is null || wanted.Contains(node.Id))).Select(node => node.Id);

    static HashSet<string> WithoutAttempt(Dictionary<string, Step> steps) =>
        [.. steps.Values.Where(step => step.Attempt is null && step.State is not (StepState.Pending or StepState.Ready)).Select(step => step.Id)];
}
