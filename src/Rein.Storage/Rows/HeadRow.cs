using Rein.Core.Runs;

namespace Rein.Storage.Rows;

/// <summary>
/// Counters as they are written. A forced stop closes whatever rows there are and consults no counter, so a counter that had been
/// damaged must not stand in its way: what has ended is at rest, and nothing is counted below zero.
/// </summary>
static class HeadRow
{
    public static int Active(Run run) => run.HasEnded ? 0 : Math.Max(0, run.ActiveAttempts);
    public static int Ready(Run run) => run.HasEnded ? 0 : Math.Max(0, run.Ready);
    public static int Unproved(Run run) => Math.Max(0, run.Unproved);
    public static int Killed(Run run) => Math.Max(0, run.Killed);
    public static int HandedOut(Run run) => Math.Max(0, run.HandedOut);
}
