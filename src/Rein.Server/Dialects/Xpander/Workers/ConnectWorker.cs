using System.IO.Pipelines;
using System.Text;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Sessions;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>
/// A worker of theirs comes for the tasks of an agent. It gets a session of ours, of the pool that the agent's step names, and is told what to execute. That
/// a task was stopped is told as well, by an event that an older worker passes over.
/// </summary>
static class ConnectWorker
{
    /// <summary>What a worker of theirs executes at once, unless it was told otherwise; then it says when it is busy.</summary>
    const int Capacity = 6;

    /// <summary>Their clients put two slashes before the agent, and a query behind it that ends in one.</summary>
    public static void MapConnectWorker(this IEndpointRouteBuilder sdk) =>
        sdk.MapGet("/{organization:guid}/events/{**asset}", Handle).Needs(Scopes.Work).WithName("connectWorker")
            .Tells(typeof(WorkerDocument), typeof(TaskDocument), typeof(WorkerStop), typeof(WorkerConflict))
            .Says("Connects a worker of an agent: server-sent events `worker-registration`, `agent-execution`, `agent-execution-stop`, `worker-environment-conflict`.");

    static async Task<IResult> Handle(
        HttpContext http, Guid organization, string asset, Caller caller, Engine engine, AgentPages agents, WorkerFrames frames, ReinServerOptions options, KeyRing keys, CancellationToken cancel)
    {
        if (organization != caller.Organization)
            return Foreign(organization);
        var (agent, refused) = await agents.Find(caller.Organization, asset.Trim('/'), null, cancel);
        if (agent is null)
            return refused!;
        var gateway = engine.Gateway(http, caller);
        var step = AgentSteps.Of(agent.Definition).FirstOrDefault();
        if ((AgentSteps.Problem(agent.Definition) ?? AgentSteps.Unpooled(agent.Definition)) is { } problem)
            return new Conflict(problem);
        if (step is null || !gateway.IsInReach(step.Pool))
            return new Conflict(step is null ? $"The agent has no step of the type '{XpanderDialect.AgentKind}'." : $"The key '{caller.Actor}' is for workers of another pool.");
        var document = await agents.Read(agent, cancel);
        var now = options.Time.GetUtcNow();
        var name = WorkerNames.New(now);
        if (gateway.WhyFull(name) is { } full)
            return Refusal.Of(ProblemCodes.TooManySessions, full);
        var opened = await gateway.Open(new(name, step.Pool, [XpanderDialect.AgentKind], Capacity, XpanderDialect.Name), cancel);
        return new CommandEvents(gateway, opened.Session, options.Heartbeat, keys, options.Time)
        {
            Greeting = output => Event(output, "worker-registration", new WorkerDocument
            {
                Id = opened.Session.ToString(), Name = name, OrganizationId = organization.ToString(), CreatedAt = now, CreatedBy = caller.Actor, LastHeartbeat = now,
                DedicatedAgentId = document.Id, Metadata = new(document.Name, document.UniqueName),
            }),
            Write = (output, frame) => frames.Write(output, frame, opened.Session, gateway, caller.Organization, http.RequestAborted),
        };
    }

    public static Refusal Foreign(Guid organization) =>
        new(Problem.Of(ProblemCodes.MissingScope, $"The key is of another organization than {organization}."));

    public static void Event<T>(PipeWriter output, string name, T data)
    {
        output.Add(Encoding.ASCII.GetBytes($"event: {name}\ndata: "));
        output.Add(XpanderWire.Bytes(data));
        output.Add("\n\n"u8);
    }

    /// <summary>Their workers give up when they are told so, and not by a status of HTTP.</summary>
    sealed class Conflict(string error) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var output = EventStream.Begin(httpContext);
            Event(output, "worker-environment-conflict", new WorkerConflict(error));
            await output.FlushAsync(httpContext.RequestAborted);
        }
    }
}
