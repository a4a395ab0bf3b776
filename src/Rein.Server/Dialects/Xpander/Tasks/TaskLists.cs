using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>Answers what lists tasks.</summary>
sealed class TaskLists(IStores stores, TaskSearch search, TaskPages pages, AgentPages agents)
{
    public const int Usual = 20;
    public const int Most = 50;
    public const int LongestHistory = 100;
    public const int LastPage = 1_000_000;
    const int LongestResult = 64 << 10;

    public async Task<IResult> Page(Query query, string? agent, Caller caller, CancellationToken cancel)
    {
        var page = (int)(query.Whole("page", 1, LastPage) ?? 1);
        var count = (int)(query.Whole("per_page", 1, Most) ?? Usual);
        var (filter, refused) = await Read(query, agent, null, caller, cancel);
        if (filter is null)
            return refused!;
        var found = await search.Find(caller.Organization, filter, (page - 1) * count, count, cancel);
        var tasks = new List<TaskDocument>();
        foreach (var run in found.Runs)
            if (await pages.Read(run, cancel) is { } task)
                tasks.Add(task with { Result = Short(task.Result) });
        return Replies.Of(new TaskPage { Items = tasks, Total = found.Total, Page = page, PerPage = count, TotalPages = (found.Total + count - 1) / count });
    }

    public async Task<IResult> History(Query query, string? agent, string? user, Caller caller, CancellationToken cancel)
    {
        var (filter, refused) = await Read(query, agent, user, caller, cancel);
        if (filter is null)
            return refused!;
        var found = await search.Find(caller.Organization, filter, 0, LongestHistory, cancel);
        var extras = await stores.Extras.Of([.. found.Runs.Select(run => run.Id)], cancel);
        var entries = new List<TaskEntry>();
        foreach (var run in found.Runs)
            if (await pages.Read(run, cancel) is { } task)
                entries.Add(Entry(task, run, RunBeside.Of(extras.GetValueOrDefault(run.Id))));
        return Replies.Of<IReadOnlyList<TaskEntry>>(entries);
    }

    async Task<(TaskFilter? Filter, IResult? Refused)> Read(Query query, string? agent, string? user, Caller caller, CancellationToken cancel)
    {
        var filter = new TaskFilter
        {
            UserId = user ?? query.Text("user_id"),
            Parent = query.Text("parent_task_id") is not { } parent ? null : Ids.Read(parent) ?? query.Refuse<Guid>("parent_task_id", "must be a UUID"),
            TriggeringAgent = query.Text("triggering_agent_id"),
            Status = query.Choice("status", Statuses.Filters),
            InternalStatus = query.Text("internal_status"),
        };
        if (query.RefusalOfKnown() is { } refusal)
            return (null, refusal);
        if (filter.Parent is { } id)
            filter = filter with { ParentRun = await stores.Extras.FindRun(caller.Organization, Ids.Alias(id), cancel) };
        if (agent is null)
            return (filter, null);
        var (version, refused) = await agents.Find(caller.Organization, agent, null, cancel);
        return version is null ? (null, refused) : (filter with { Workflow = version.Name }, null);
    }

    /// <summary>Fifty results of a megabyte would be no list.</summary>
    static string? Short(string? result) => result?.Length > LongestResult ? null : result;

    static TaskEntry Entry(TaskDocument task, Run run, RunBeside beside) => new()
    {
        Id = task.Id,
        AgentId = task.AgentId,
        UserId = beside.Asked?.UserId,
        ParentTaskId = task.ParentExecution,
        TriggeringAgentId = task.TriggeringAgentId,
        OrganizationId = task.OrganizationId,
        Status = task.Status,
        CreatedAt = task.CreatedAt,
        UpdatedAt = run.ChangedAt,
        SourceNodeType = task.Source,
        Result = Short(task.Result),
        Title = task.Title,
    };
}
