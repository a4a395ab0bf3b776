using System.IO.Pipelines;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Sessions;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>Our frames in their words.</summary>
sealed class WorkerFrames(IStores stores, TaskPages pages)
{
    public Task Write(PipeWriter output, CommandFrame frame, Guid session, WorkerGateway gateway, Guid organization, CancellationToken cancel) => frame switch
    {
        AssignFrame assign => Assign(output, assign, session, gateway, organization, cancel),
        StopFrame stop => Stop(output, stop, cancel),
        _ => Task.CompletedTask,
    };

    /// <summary>The task names the attempt, and its worker names it again. What cannot be told is handed back: it never began.</summary>
    async Task Assign(PipeWriter output, AssignFrame assign, Guid session, WorkerGateway gateway, Guid organization, CancellationToken cancel)
    {
        var attempt = assign.Attempt;
        try
        {
            if (await stores.Reader.Find(organization, attempt.Run, cancel) is { } view && await pages.Read(view.Run, withCredentials: true, cancel) is { } task)
            {
                if (!await IsLocal(attempt.Run, session, cancel))
                    ConnectWorker.Event(output, "agent-execution", task with { WorkerId = session.ToString(), LastExecutedNodeId = attempt.Step, ExecutionAttempts = assign.Try });
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
        ConnectWorker.Event(output, "agent-execution-stop", new WorkerStop(TaskPages.IdOf(stop.Attempt.Run, extras), stop.Origin, stop.KillInMs));
    }
}
