using System.IO.Pipelines;
using System.Text;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Sessions;
using Rein.Server.Problems;
using Rein.Server.Sessions;

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
            .Says("Connects a worker of an agent: server-sent events `worker-registration`, `agent-execution`, `agent-execution-stop`, `worker-environment-conflict`.");

    static async Task<IResult> Handle(
        HttpContext http, Guid organization, string asset, Caller caller, Engine engine, AgentPages agents, Frames frames, ReinServerOptions options, KeyRing keys, CancellationToken cancel)
    {
        if (organization != caller.Organization)
            return Foreign(organization);
        var (agent, refused) = await agents.Find(caller.Organization, asset.Trim('/'), null, cancel);
        if (agent is null)
            return refused!;
        var gateway = engine.Gateway(http, caller);
        var step = agent.Definition.Nodes.Values.FirstOrDefault(node => node.Kind is XpanderDialect.AgentKind);
        if (step is null || !gateway.IsInReach(step.Pool))
            return new Conflict(step is null ? $"The agent has no step of the type '{XpanderDialect.AgentKind}'." : $"The key '{caller.Actor}' is for workers of another pool.");
        var now = options.Time.GetUtcNow();
        var name = $"{agent.Name}-{Guid.CreateVersion7(now):N}";
        var opened = await gateway.Open(new(name, step.Pool, [XpanderDialect.AgentKind], Capacity, XpanderDialect.Name), cancel);
        var document = await agents.Read(agent, cancel);
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

    /// <summary>Our frames in their words.</summary>
    public sealed class Frames(IStores stores, TaskPages pages)
    {
        public Task Write(PipeWriter output, CommandFrame frame, Guid session, WorkerGateway gateway, Guid organization, CancellationToken cancel) => frame switch
        {
            AssignFrame assign => Assign(output, assign.Attempt, session, gateway, organization, cancel),
            StopFrame stop => Stop(output, stop, cancel),
            _ => Task.CompletedTask,
        };

        /// <summary>What cannot be told is handed back: it never began.</summary>
        async Task Assign(PipeWriter output, AttemptRef attempt, Guid session, WorkerGateway gateway, Guid organization, CancellationToken cancel)
        {
            try
            {
                if (await stores.Reader.Find(organization, attempt.Run, cancel) is { } view && await pages.Read(view.Run, cancel) is { } task)
                {
                    if (!await IsLocal(attempt.Run, session, cancel))
                        Event(output, "agent-execution", task);
                    return;
                }
            }
            catch (StoreException)
            {
                // As below.
            }
            await gateway.Report(session, [new ReturnedReport(attempt, AttemptProof.Clean)], CancellationToken.None);
        }

        /// <summary>Whoever has started it to execute it is not told to.</summary>
        async Task<bool> IsLocal(Guid run, Guid session, CancellationToken cancel) =>
            RunBeside.Of((await stores.Extras.Of([run], cancel)).GetValueOrDefault(run)).Asked is { RunLocally: true, WorkerId: { } worker } && worker == session.ToString();

        async Task Stop(PipeWriter output, StopFrame stop, CancellationToken cancel)
        {
            var extras = await stores.Extras.Of([stop.Attempt.Run], cancel);
            Event(output, "agent-execution-stop", new WorkerStop(TaskPages.IdOf(stop.Attempt.Run, extras), stop.Origin, stop.KillInMs));
        }
    }
}
