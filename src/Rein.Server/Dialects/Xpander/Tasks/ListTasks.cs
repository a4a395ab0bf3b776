using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Tasks;

static class ListTasks
{
    static readonly Parameter[] Filters =
    [
        new("user_id", "Only tasks of this user."), new("parent_task_id", "Only tasks below this one.") { Form = "uuid" }, new("triggering_agent_id", "Only tasks that this agent has started."),
        new("status", "Only tasks that read so.") { Words = [.. Statuses.Filters.Keys] },
        new("internal_status", "Only tasks that are so in the words of this server."),
    ];

    static readonly Parameter[] Paged =
    [
        Parameter.Whole("page", "Counted from 1.", 1) with { Most = TaskLists.LastPage },
        Parameter.Whole("per_page", $"How many: 1 to {TaskLists.Most}. Default: {TaskLists.Usual}.", 1) with { Most = TaskLists.Most }, .. Filters,
    ];

    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapGet("/tasks", List).Needs(Scopes.Read).WithName("listTasks").Answers<TaskPage>().Says("Lists tasks, newest first.", [.. Paged, new("agent_id", "Only tasks of this agent.")]);
        rest.MapGet("/agents/{agentId}/tasks", ListOf).Needs(Scopes.Read).WithName("listTasksOfAgent").Answers<TaskPage>().Says("Lists the tasks of an agent, newest first.", Paged);
        sdk.MapGet("/agent-execution/executions/history/{agentId}", HistoryOf).Needs(Scopes.Read).WithName("readHistory").Answers<IReadOnlyList<TaskEntry>>()
            .Says($"Lists the last {TaskLists.LongestHistory} tasks of an agent, newest first.", Filters);
        sdk.MapGet("/agent-execution/executions/history/user/{userId}", HistoryOfUser).Needs(Scopes.Read).WithName("readHistoryOfUser").Answers<IReadOnlyList<TaskEntry>>()
            .Says($"Lists the last {TaskLists.LongestHistory} tasks of a user, newest first.", Filters);
    }

    static Task<IResult> List(Query query, Caller caller, TaskLists lists, CancellationToken cancel) =>
        lists.Page(query, query.Text("agent_id"), caller, cancel);

    static Task<IResult> ListOf(string agentId, Query query, Caller caller, TaskLists lists, CancellationToken cancel) =>
        lists.Page(query, agentId, caller, cancel);

    static Task<IResult> HistoryOf(string agentId, Query query, Caller caller, TaskLists lists, CancellationToken cancel) =>
        lists.History(query, agentId, null, caller, cancel);

    static Task<IResult> HistoryOfUser(string userId, Query query, Caller caller, TaskLists lists, CancellationToken cancel) =>
        lists.History(query, null, userId, caller, cancel);
}
