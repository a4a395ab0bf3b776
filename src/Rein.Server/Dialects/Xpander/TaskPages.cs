using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Api.Workflows;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Reads runs, and everything that is told with them.</summary>
sealed class TaskPages(IStores stores, WorkflowCatalog catalog, AgentPages agents)
{
    const int MostChildren = 1000;

    /// <summary>Whoever guesses ids makes the database look for each in so many organizations, and in no more.</summary>
    const int MostOrganizations = 1000;

    readonly IRunReader reader = stores.Reader;

    /// <summary>By our id, else by one that a client chose. What was deleted is not there.</summary>
    /// <returns>Either of both.</returns>
    public async Task<(Run? Run, IResult? Refused)> Find(Guid organization, string text, CancellationToken cancel)
    {
        if (Ids.Read(text) is not { } id)
            return (null, XpanderProblems.BadId("task_id"));
        if (await FindAny(organization, id, cancel) is not { } run)
            return (null, await Missing(id, cancel));
        return IsDeleted(run.Id, await Beside([run.Id], cancel)) ? (null, NotFound(id)) : (run, null);
    }

    /// <summary>Whether it was deleted or not.</summary>
    public async Task<Run?> FindAny(Guid organization, Guid id, CancellationToken cancel)
    {
        var view = await reader.Find(organization, id, cancel);
        if (view is null && await stores.Extras.FindRun(organization, Ids.Alias(id), cancel) is { } chosen)
            view = await reader.Find(organization, chosen, cancel);
        return view?.Run;
    }

    /// <summary>Of somebody else, or of nobody. That it is somebody else's is all that is told of it.</summary>
    public async Task<IResult> Missing(Guid id, CancellationToken cancel) =>
        await stores.Extras.FindAnywhere(id, Ids.Alias(id), MostOrganizations, cancel) is { } run && !IsDeleted(run, await Beside([run], cancel))
            ? new Refusal(Problem.Of(ProblemCodes.MissingScope, $"The task {id} belongs to another organization."))
            : NotFound(id);

    public static Refusal NotFound(Guid id) => Refusal.Of(ProblemCodes.RunNotFound, $"There is no task {id}.");

    public Task<IReadOnlyDictionary<Guid, Extras>> Beside(IReadOnlyCollection<Guid> runs, CancellationToken cancel) => stores.Extras.Of(runs, cancel);

    public static bool IsDeleted(Guid run, IReadOnlyDictionary<Guid, Extras> extras) => RunBeside.Of(extras.GetValueOrDefault(run)).LaterOf(run).IsDeleted;

    public Task<TaskDocument?> Read(Run run, CancellationToken cancel) => Read(run, withCredentials: false, cancel);

    /// <param name="withCredentials">As its worker is told of it.</param>
    /// <returns>Null where it was deleted.</returns>
    public async Task<TaskDocument?> Read(Run run, bool withCredentials, CancellationToken cancel)
    {
        var children = run.Children == 0 ? [] : await reader.Children(run.Id, ChildFilter.Tree, MostChildren, cancel);
        var extras = await Beside([run.Id, .. children, .. run.Parent is { } parent ? new[] { parent } : []], cancel);
        var beside = RunBeside.Of(extras.GetValueOrDefault(run.Id));
        var later = beside.LaterOf(run.Id);
        if (later.IsDeleted)
            return null;
        var seen = await StepsSeen.Of(run, reader, cancel);
        var live = children.Count == 0 ? [] : await reader.Children(run.Id, ChildFilter.Live, MostChildren, cancel);
        var shown = children.Where(child => !IsDeleted(child, extras)).ToList();
        var agent = run.Workflow is { } name ? await catalog.Latest(run.Organization, name, cancel) : null;
        // One that was started elsewhere has asked for nothing: it has what is set for its agent, as that was then.
        var asked = beside.Asked ?? (agent is null ? new() : (await agents.SettingsOf(agent, cancel)).ModelAt(run.CreatedAt));
        return Of(run, asked, later, extras, seen) with
        {
            AgentId = agent?.Id.ToString() ?? Ids.NoAgent,
            Input = Texts.InputOf(await reader.Input(run.Id, cancel)),
            McpServers = withCredentials ? asked.McpServers ?? [] : Credentials.Hide(asked.McpServers ?? []),
            SubExecutions = [.. shown.Select(child => IdOf(child, extras))],
            FinishedSubExecutions = [.. shown.Except(live).Select(child => IdOf(child, extras))],
        };
    }

    /// <summary>Of a run whose stop is durable, but whose rows cannot be read now: what the commit had at hand.</summary>
    public static TaskDocument Bare(Run run, Guid id)
    {
        var seen = new StepsSeen(run);
        foreach (var step in run.Steps.Values)
            seen.Add(step);
        return Of(run, new(), new(), new Dictionary<Guid, Extras>(), seen) with { Id = id.ToString() };
    }

    static TaskDocument Of(Run run, Asked asked, Later later, IReadOnlyDictionary<Guid, Extras> extras, StepsSeen seen) => TaskFields.Of(run, asked, later, seen) with
    {
        Id = IdOf(run.Id, extras),
        ParentExecution = run.Parent is { } parent ? IdOf(parent, extras) : asked.Parent,
    };

    public static string IdOf(Guid run, IReadOnlyDictionary<Guid, Extras> extras) => extras.GetValueOrDefault(run)?.Alias ?? run.ToString();
}
