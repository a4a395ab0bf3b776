using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Access;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>
/// What a worker of theirs says that a task has come to, as the report that ends the attempt it was handed. Their wire names no attempt: it counts for the one that
/// their workers hold of the task, and of several for the first. What comes behind a stop counts for nothing, and is the proof that it is gone.
/// </summary>
sealed class WorkerReports(IStores stores, Engine engine)
{
    /// <summary>Passed over where nobody of theirs holds anything of it, where it goes on, or where whoever says it is no worker.</summary>
    public async Task Take(HttpContext http, Caller caller, Run run, string status, string? result, CancellationToken cancel)
    {
        if (status is Statuses.Pending or Statuses.Executing or Statuses.Paused || !caller.Scopes.HasFlag(Scopes.Work))
            return;
        var names = run.Definition.Nodes.Values.Where(node => node.Kind is XpanderDialect.AgentKind && node.Loop is null).Select(node => node.Id).ToList();
        var held = names.Count == 0 ? null : (await stores.Reader.Steps(run.Id, names, cancel)).Where(step => IsHeld(step.Attempt)).MinBy(step => step.Attempt!.AssignedAt);
        if (held?.Attempt is not { } attempt || !await IsTheirs(attempt.Session, caller.Organization, cancel))
            return;
        var which = new AttemptRef(run.Id, held.Id, attempt.Fence);
        // A caller who hangs up does not take back what he said.
        await engine.Gateway(http, caller).Report(attempt.Session, [Of(which, status, result)], CancellationToken.None);
    }

    /// <summary>What a worker of ours holds, it ends itself, whatever anybody says.</summary>
    async Task<bool> IsTheirs(Guid session, Guid organization, CancellationToken cancel) =>
        (await stores.Sessions.List(organization, cancel)).Any(one => one.Id == session && one.Version == XpanderDialect.Name);

    /// <summary>It is open, or closed and nobody has proved that it is gone.</summary>
    static bool IsHeld(Attempt? attempt) => attempt is { IsOpen: true } or { Outcome: Outcome.Fenced, IsProved: false };

    static EndedReport Of(AttemptRef attempt, string status, string? result) => status is Statuses.Completed
        ? new(attempt, AttemptOutcome.Succeeded, AttemptProof.Clean) { Result = result is null ? default(ReadOnlyMemory<byte>?) : Texts.Utf8(result) }
        : new(attempt, AttemptOutcome.Failed, AttemptProof.Clean) { Error = Cut(result ?? $"its worker says that it is '{status}'") };

    /// <summary>Between two characters, and not through one.</summary>
    static string Cut(string text)
    {
        var most = EndedReport.MaxError;
        return text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }
}
