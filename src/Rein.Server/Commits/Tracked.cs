using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>One run's way through a batch: as it was loaded, as it is now, and everything decided between.</summary>
sealed class Tracked(Run? before, Run run, StartRun? start = null)
{
    readonly List<Change> changes = [];

    public Run? Before { get; private set; } = before;
    public Run Run { get; private set; } = run;
    public StartRun? Start { get; } = start;

    /// <summary>All of it as one; null where nothing was decided. Put together when it is wanted, and not once more for each decision.</summary>
    public Change? Change
    {
        get
        {
            if (changes.Count == 0)
                return null;
            if (changes.Count > 1)
            {
                var whole = Core.Runs.Change.Of(changes);
                changes.Clear();
                changes.Add(whole);
            }
            return changes[0];
        }
    }

    public void Apply(Change change)
    {
        changes.Add(change);
        Run = change.Run;
    }

    /// <summary>What a decision found missing was loaded.</summary>
    public void Learn(Run more, Slice lack)
    {
        Before = Before?.Learn(more, lack);
        Run = Run.Learn(more, lack);
    }

    /// <summary>An earlier try that was put into the archive by a decision of this batch.</summary>
    public Attempt? Archived(string step, long fence) =>
        changes.SelectMany(change => change.Archived).LastOrDefault(archived => archived.Step == step && archived.Attempt.Fence == fence)?.Attempt;

    public RunChange? ToRunChange() => Change is { } whole ? new(Before, whole, Start) : null;
}
