using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Agents;

static class ReadAgents
{
    const int AtOnce = 100;
    const int Most = 1000;

    public static void Map(IEndpointRouteBuilder rest, IEndpointRouteBuilder sdk)
    {
        rest.MapGet("/agents/{agentId}", Read).Needs(Scopes.Read).WithName("readAgent").Answers<AgentDocument>().Says("Reads an agent.", InvokeAgent.Version);
        sdk.MapGet("/agents/{agentId}", Load).Needs(Scopes.Read).WithName("loadAgent").Answers<AgentDocument>()
            .Says("The same, as the SDK asks for it; it names a version in the header `x-agent-version`.");
        sdk.MapGet("/agents/list", List).Needs(Scopes.Read).WithName("listAgents").Answers<IReadOnlyList<AgentDocument>>().Says($"Lists the agents, by the names of their workflows; at most {Most}.");
    }

    static Task<IResult> Read(string agentId, Query query, Caller caller, AgentPages agents, CancellationToken cancel) =>
        Find(agentId, query.Text("version"), caller, agents, cancel);

    static Task<IResult> Load(HttpContext http, string agentId, Caller caller, AgentPages agents, CancellationToken cancel) =>
        Find(agentId, http.Request.Headers["x-agent-version"].ToString(), caller, agents, cancel);

    static async Task<IResult> Find(string id, string? version, Caller caller, AgentPages agents, CancellationToken cancel)
    {
        var (agent, refused) = await agents.Find(caller.Organization, id, version, cancel);
        return agent is null ? refused! : Replies.Of(await agents.Read(agent, cancel));
    }

    static async Task<IResult> List(Caller caller, IStores stores, AgentPages agents, CancellationToken cancel)
    {
        var all = new List<AgentDocument>();
        string? after = null;
        while (all.Count < Most)
        {
            var some = await stores.Workflows.List(caller.Organization, after, AtOnce, cancel);
            foreach (var agent in some)
                all.Add(await agents.Read(agent, cancel) with { Graph = [], Definition = null });
            if (some.Count < AtOnce)
                break;
            after = some[^1].Name;
        }
        return Replies.Of<IReadOnlyList<AgentDocument>>(all);
    }
}
