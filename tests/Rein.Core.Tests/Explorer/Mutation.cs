using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Core.Tests.Explorer;

/// <summary>A way to build Rein wrongly. The explorer has to find it; with <see cref="None"/> it explores the real thing.</summary>
sealed record Mutation(string Name)
{
    public static Mutation None { get; } = new("none");

    public Func<ICommand, Run, Decision> Decide { get; init; } = (command, run) => command.Decide(run, Clock.Now);

    /// <summary>How the table of limits follows a change: +1, 0 or -1.</summary>
    public Func<RunChange, int> HeldBy { get; init; } = change => (change.Holds ? 1 : 0) - (change.Held ? 1 : 0);

    /// <summary>A worker that throws away a stop for an attempt it has not been given yet.</summary>
    public bool ForgetsEarlyStops { get; init; }

    /// <summary>A cascade that finds all children, also those that were started detached.</summary>
    public bool TellsTheDetached { get; init; }

    /// <summary>What a worker believes to be proof, though something is left.</summary>
    public bool OverlooksLeftOvers { get; init; }
}
