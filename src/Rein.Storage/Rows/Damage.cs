using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Rows;

/// <summary>What stands in for the parts of a head that cannot be read, so that its run can still be stopped.</summary>
static class Damage
{
    /// <summary>A wish that cannot be read is still a wish: one that is overdue, so that the next look of the timers ends the run.</summary>
    public static StopRequest Wish { get; } = new()
    {
        Origin = StopOrigin.Policy, Actor = "system", Reason = "its wish to stop could not be read any more", Grace = TimeSpan.Zero,
        RequestedAt = DateTimeOffset.UnixEpoch, GraceEndsAt = DateTimeOffset.UnixEpoch, EscalateAt = DateTimeOffset.UnixEpoch,
    };

    public static PauseRequest Pause { get; } = new("system", "its pause could not be read any more", DateTimeOffset.UnixEpoch);

    /// <summary>A budget that cannot be read is used up: nothing is handed out on it, and the next look of the timers ends the run.</summary>
    public static Budget Budget { get; } = new(0, 0, 0, DateTimeOffset.UnixEpoch);

    /// <summary>It holds or waits for something, and nobody knows what: a key that no user can name.</summary>
    public static ImmutableArray<string> LimitKeys { get; } = [""];

    /// <summary>What waits for unknown slots can only be stopped: admitted, it would go past its limits.</summary>
    public static Run Held(Run run) => run.IsBlocked && run.LimitKeys == LimitKeys ? run with { Definition = Definition.Lost } : run;

    /// <summary>Whatever it holds or waits for is looked for at its end.</summary>
    public static bool HasUnknownSlots(this RunChange change) =>
        change is { After.HasEnded: true, Before: { HasEnded: false } before } && before.LimitKeys == LimitKeys;

    /// <summary>What stood in the queue of a run that was loaded like this is not known: at its end the whole queue is looked through for it.</summary>
    public static bool HasUnknownQueue(this RunChange change) =>
        change is { After.HasEnded: true, Before: { HasEnded: false } before }
        && (ReferenceEquals(before.Definition, Definition.Lost) || ReferenceEquals(before.Stop, Wish) || ReferenceEquals(before.Pause, Pause));
}
