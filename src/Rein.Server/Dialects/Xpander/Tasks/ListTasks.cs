using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Tasks;

static class ListTasks
{
    const int Usual = 20;
    const int Most = 50;
    const int LastPage = 1_000_000;
    const int LongestHistory = 100;
    const int LongestResult = 64 << 10;

    static readonly Parameter[] Filters =
    [
        new("user_id", "Only tasks of this user."), new("parent_task_id", "Only tasks below this one."), new("triggering_agent_id", "Only tasks that this agent has started."),
        new("status", "Only tasks that read so: `pending`, `executing`, `paused`, `error`, `failed`, `completed`, `stopped`."),
        new("internal_status", "Only tasks that are so in the words of this server."),
    ];

    static readonly Parameter[] Paged =
    [
        new("page", "Counted from 1.", Microsoft.OpenApi.JsonSchemaType.Integer), new("per_page", $"How many: 1 to {Most}. Default: {Usual}.", Microsoft.OpenApi.JsonSchemaType.Integer), .. Filters,
    ];

    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapGet("/tasks", List).Needs(Scopes.Read).WithName("listTasks").Answers<TaskPage>().Says("Lists tasks, newest first.", [.. Paged, new("agent_id", "Only tasks of this agent.")]);
        rest.MapGet("/agents/{agentId}/tasks", ListOf).Needs(Scopes.Read).WithName("listTasksOfAgent").Answers<TaskPage>().Says("Lists the tasks of an agent, newest first.", Paged);
        sdk.MapGet("/agent-execution/executions/history/{agentId}", HistoryOf).Needs(Scopes.Read).WithName("readHistory").Answers<IReadOnlyList<TaskEntry>>()
            .Says($"Lists the last {LongestHistory} tasks of an agent, newest first.", Filters);
        sdk.MapGet("/agent-execution/executions/history/user/{userId}", HistoryOfUser).Needs(Scopes.Read).WithName("readHistoryOfUser").Answers<IReadOnlyList<TaskEntry>>()
            .Says($"Lists the last {LongestHistory} tasks of a user, newest first.", Filters);
    }

    static Task<IResult> List(Query query, Caller caller, Listing listing, CancellationToken cancel) =>
        listing.Page(query, query.Text("agent_id"), caller, cancel);

    static Task<IResult> ListOf(string agentId, Query query, Caller caller, Listing listing, CancellationToken cancel) =>
        listing.Page(query, agentId, caller, cancel);

    static Task<IResult> HistoryOf(string agentId, Query query, Caller caller, Listing listing, CancellationToken cancel) =>
        listing.History(query, agentId, null, caller, cancel);

    static Task<IResult> HistoryOfUser(string userId, Query query, Caller caller, Listing listing, CancellationToken cancel) =>
        listing.History(query, null, userId, caller, cancel);

    public sealed class Listing(IStores stores, TaskSearch search, TaskPages pages, AgentPages agents)
    {
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
                Parent = query.Text("parent_task_id"),
                TriggeringAgent = query.Text("triggering_agent_id"),
                Status = query.Choice("status", Statuses.Filters),
                InternalStatus = query.Text("internal_status"),
            };
            if (query.RefusalOfKnown() is { } refusal)
                return (null, refusal);
            if (filter.Parent is { } parent && Ids.Read(parent) is { } id)
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
}
