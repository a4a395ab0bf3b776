using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Core.Tests.Explorer;

/// <summary>I3: with no worker and nobody's help, timers alone end every stop, by grace + proof + clean-up.</summary>
static class TimerChecks
{
    public static string? Broken(RunSpace space, int state)
    {
        var run = space[state].Run;
        if (run.HasEnded)
            return run.DueAt is null ? null : "an ended run has no timer";
        if (run.DueAt <= Clock.Now && !MovesBy(space, state, "expire", "escalate", "end clean-up"))
            return "a timer of a run that is due changes something, or it would ring for ever";
        if (run is { Stop: null, Budget: { } budget } && budget.IsUsedUp(Clock.Now) && !(run.DueAt <= Clock.Now))
            return "a budget that is used up is a timer that is due (H21)";
        if (!run.IsStopping && !run.IsCleaningUp)
            return null;
        var most = Left(run.Stop?.EscalateAt) + Left(run.CleanUpEndsAt ?? Clock.Now + Clock.Rules.CleanUpBudget);
        return EndsWithin(space, state, most) ? null : $"I3: timers alone end a stop by grace + proof + clean-up ({most} s)";
    }

    static bool MovesBy(RunSpace space, int state, params ReadOnlySpan<string> timers)
    {
        foreach (var timer in timers)
            if (space.Ask(state, space.Questions.Named(timer)).Changes)
                return true;
        return false;
    }

    static int Left(DateTimeOffset? due) => due is { } at && at > Clock.Now ? (int)((at - Clock.Now) / Clock.Second) : 0;

    static bool EndsWithin(RunSpace space, int state, int seconds)
    {
        for (; ; seconds--)
        {
            state = Fire(space, state);
            if (space[state].Run.HasEnded)
                return true;
            if (seconds <= 0)
                return false;
            state = space.Tick(state);
        }
    }

    static int Fire(RunSpace space, int state)
    {
        for (var before = -1; before != state;)
        {
            before = state;
            foreach (var timer in new[] { "escalate", "end clean-up", "expire" })
                state = space[state].Run.DueAt <= Clock.Now ? Next(space, state, timer) : state;
        }
        return state;
    }

    static int Next(RunSpace space, int state, string timer)
    {
        var reply = space.Ask(state, space.Questions.Named(timer));
        return reply.Changes ? reply.Next : state;
    }
}
