using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Commits;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>
/// What a worker of theirs says that a task has come to, as the report that ends the attempt it was handed. The task it says it of names that attempt, for it
/// was told so; where it does not, it is the first that is held. What comes behind a stop, or a loss, counts for nothing, and is the proof that it is gone.
/// </summary>
sealed class WorkerReports(IStores stores, Engine engine, RunCommands commands)
{
    /// <summary>The attempt that a worker's word is of; null where nobody of theirs holds it, or where whoever says it is no worker, or one of another pool.</summary>
    public async Task<ArchivedAttempt?> Find(HttpContext http, Caller caller, Run run, LastWord word, CancellationToken cancel)
    {
        if (!AgentSteps.AreFor(caller, run))
            return null;
        var gateway = engine.Gateway(http, caller);
        return (await stores.Reader.Attempts(run.Id, cancel))
            .Where(one => IsTheirs(run, one) && gateway.IsInReach(run.PoolOf(one.Step)) && word.IsOf(one))
            .OrderBy(one => !one.Attempt.IsOpen).ThenBy(one => one.Attempt.Fence).FirstOrDefault();
    }

    /// <returns>False: it could not be written down, and has to be said again.</returns>
    public async Task<bool> Take(HttpContext http, Caller caller, Run run, ArchivedAttempt held, LastWord word, CancellationToken cancel)
    {
        var gateway = engine.Gateway(http, caller);
        var (step, attempt) = (held.Step, held.Attempt);
        if (await gateway.Find(attempt.Session, cancel) is not null)
            // A caller who hangs up does not take back what he said.
            return (await gateway.Report(attempt.Session, [word.Of(new(run.Id, step, attempt.Fence))], CancellationToken.None))[0].Status is not ReportStatus.Retry;
        if (!attempt.IsOpen)
            await commands.Submit(caller.Organization, new ProveAttempt(run.Id, step, attempt.Fence, Proof.Nothing));
        return true;
    }

    static bool IsTheirs(Run run, ArchivedAttempt one) =>
        WorkerNames.AreTheirs(one.Attempt.Worker) && run.Definition.TryGet(one.Step, out var node) && node.Kind is XpanderDialect.AgentKind
        && one.Attempt is { IsOpen: true } or { Outcome: Outcome.Fenced or Outcome.Lost, IsProved: false };
}
