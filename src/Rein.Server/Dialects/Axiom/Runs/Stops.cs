using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.StopLinks;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>
/// Their stop. It is fenced in its own commit: with the answer the slot is free, and the run reads `Failure`. What executes has the grace to end in, and is killed; the
/// receipt proves it.
/// </summary>
sealed class Stops(RunCommands commands, ReinServerOptions options, TimeProvider time)
{
    /// <returns>Null when it was done, or nothing was left to do: also of a run that was pruned meanwhile.</returns>
    public async Task<Refusal?> Stop(HttpContext http, Caller caller, StopLink link)
    {
        if (caller.Budgets.Stops is { } bucket && !bucket.TryTake(time.GetTimestamp(), out var wait))
            return RateRules.Refuse(bucket, wait);
        var stop = new RequestStop(
            link.Run, StopOrigin.Manual, caller.Actor, "", options.Dialects.GraceOf(AxiomDialect.Name), FenceAt.Now, Force: false);
        await commands.Submit(link.Organization, stop, http.Note(caller, AuditAction.LinkUsed, link.Target(), $"run {link.Run}"));
        return null;
    }
}
