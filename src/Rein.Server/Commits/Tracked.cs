using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>One run's way through a batch: as it was loaded, as it is now, and everything decided between.</summary>
sealed class Tracked(Run? before, Run run, StartRun? start = null)
{
    public Run? Before { get; } = before;
    public Run Run { get; private set; } = run;
    public StartRun? Start { get; } = start;
    public Change? Change { get; private set; }

    public void Apply(Change change)
    {
        Change = Change is null ? change : Change.Then(change);
        Run = change.Run;
    }

    public RunChange? ToRunChange() => Change is null ? null : new(Before, Change, Start);
}
