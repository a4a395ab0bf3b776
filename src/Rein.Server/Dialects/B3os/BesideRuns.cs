using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.B3os;

/// <summary>What is told with some runs and does not stand in them: the ids that clients chose, what lies beside them, and their workflows.</summary>
sealed class BesideRuns
{
    IReadOnlyDictionary<Guid, Extras> extras = new Dictionary<Guid, Extras>();
    readonly Dictionary<string, (string Id, string Title)> workflows = new(StringComparer.Ordinal);

    /// <param name="withTitles">Of their workflows, which only a list tells.</param>
    public static async Task<BesideRuns> Of(
        IReadOnlyList<Run> runs, Guid organization, bool withTitles, IStores stores, WorkflowCatalog catalog, CancellationToken cancel)
    {
        var beside = new BesideRuns();
        if (runs.Count == 0)
            return beside;
        beside.extras = await stores.Extras.Of([.. runs.Select(run => run.Id).Concat(runs.Select(run => run.Source).OfType<Guid>()).Distinct()], cancel);
        foreach (var name in runs.Select(run => run.Workflow).OfType<string>().Distinct(StringComparer.Ordinal))
            if (await catalog.Latest(organization, name, cancel) is { } version)
                beside.workflows[name] = (Ids.OfWorkflow(version.Id), withTitles ? WorkflowPages.TitleOf(name, await stores.Extras.OfWorkflow(organization, name, cancel)) : "");
        return beside;
    }

    public RunExtras Of(Run run) => Read(extras.GetValueOrDefault(run.Id));

    public static RunExtras Read(Extras? extras) => SharedJson.Read(extras?.Json ?? default, B3osJson.Default.RunExtras) ?? new();

    /// <summary>A run without its nodes, its definition, and who started it.</summary>
    /// <param name="own">What lies beside it.</param>
    public RunDocument Head(Run run, RunExtras own) => new()
    {
        FinishedAt = run.EndedAt,
        Id = IdOf(run.Id),
        OrganizationId = Ids.OfOrganization(run.Organization),
        PropValues = own.PropValues ?? Definitions.Nothing,
        SourceRunId = run.Source is { } source ? IdOf(source) : "",
        StartedAt = run.CreatedAt,
        Status = Statuses.Of(run),
        TotalCu = Credit.ToDecimal(run.Credits),
        TriggerSource = SourceOf(run),
        WorkflowId = WorkflowOf(run).Id,
        WorkflowVersion = run.Workflow is null ? 0 : run.Version,
    };

    public RunEntry Entry(Run run, string? by) => new()
    {
        Id = IdOf(run.Id),
        Status = Statuses.Of(run),
        StartedAt = run.CreatedAt,
        FinishedAt = run.EndedAt,
        WorkflowId = WorkflowOf(run).Id,
        WorkflowName = WorkflowOf(run).Title,
        WorkflowVersion = run.Workflow is null ? 0 : run.Version,
        TriggerSource = SourceOf(run),
        TriggeredBy = by ?? "",
        TriggerNodeId = Core.Definitions.Definition.RootId,
        SourceRunId = run.Source is { } source ? IdOf(source) : "",
        TotalCu = Credit.ToDecimal(run.Credits),
    };

    string IdOf(Guid run) => extras.GetValueOrDefault(run)?.Alias ?? Ids.OfRun(run);

    /// <summary>Every run begins at a node of the kind `manual`; who calls it may be another run.</summary>
    static string SourceOf(Run run) => run.Parent is null ? "manual" : "workflow";

    (string Id, string Title) WorkflowOf(Run run) => run.Workflow is { } name && workflows.TryGetValue(name, out var known) ? known : ("", "");
}
