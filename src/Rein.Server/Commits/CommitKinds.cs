using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>What a commit is about to make durable, or just has. Crash trials end the process at exactly such a moment.</summary>
[Flags]
public enum CommitKinds
{
    None = 0,
    Start = 1,
    Claim = 2,
    Stop = 4,
    Ended = 8,
    Items = 16,
    Duties = 32,
}

/// <summary>Called on the committing thread before and after every commit; for trials that end the process there.</summary>
public delegate void CommitProbe(CommitKinds kinds, bool isCommitted);

static class CommitKindsOf
{
    public static CommitKinds Of(IReadOnlyList<Work> works, IReadOnlyList<RunChange> changes)
    {
        var kinds = works.Any(work => work is AppendWork) ? CommitKinds.Items : CommitKinds.None;
        foreach (var change in changes)
            foreach (var line in change.Change.Events)
                kinds |= line.Kind switch
                {
                    RunEventKind.Created => CommitKinds.Start,
                    RunEventKind.StepAssigned => CommitKinds.Claim,
                    RunEventKind.StopRequested => CommitKinds.Stop,
                    RunEventKind.StepEnded => CommitKinds.Ended,
                    _ => CommitKinds.None,
                };
        return kinds;
    }
}
