using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>What must hold between the runs, the table of limits, and the truth on the workers.</summary>
sealed class WorldChecks(Scenario scenario, RunSpace[] spaces)
{
    public string? Broken(World world)
    {
        var holders = 0;
        var blocked = 0;
        for (var number = 0; number < spaces.Length; number++)
        {
            if (world.RunAt(number) < 0)
                continue;
            var run = spaces[number][world.RunAt(number)].Run;
            holders += run.HoldsSlots ? 1 : 0;
            blocked += run is { IsBlocked: true, HasEnded: false } ? 1 : 0;
            if (DishonestVerdict(run, world.LivesOf(number), spaces[number].Slots) is { } lie)
                return lie;
        }
        if (world.Held != holders || world.Held > scenario.Limit)
            return $"I4: held ({world.Held}) equals the live holders ({holders}) and is never above the limit ({scenario.Limit})";
        if (world.Blocked != blocked)
            return $"I4: the table of blocked runs ({world.Blocked}) equals the runs that are blocked ({blocked})";
        return scenario.HasChild && world is { First: >= 0, Second: >= 0 } ? ForgottenChild(world) : null;
    }

    static string? DishonestVerdict(Run run, Lives lives, Slots slots)
    {
        if (!run.HasEnded || run.Verdict is Verdict.Fenced)
            return null;
        for (var slot = 0; slot < slots.Count; slot++)
        {
            if (lives.Executes(slot))
                return $"the verdict is honest: `{run.Verdict}`, but {slots.Name(slot)} executes";
            if (run.Verdict is Verdict.NeverStarted && lives.Began(slot))
                return $"the verdict is honest: `{run.Verdict}`, but {slots.Name(slot)} did begin";
            if (run.Verdict is Verdict.Exited && lives.At(slot) is Life.Killed or Life.LeftOver or Life.LeftOverGone)
                return $"the verdict is honest: `{run.Verdict}`, but {slots.Name(slot)} was killed";
        }
        return null;
    }

    string? ForgottenChild(World world)
    {
        var parent = spaces[0][world.First].Run;
        var child = spaces[1][world.Second].Run;
        if (child.IsDetached)
            return child.Stop?.Origin is StopOrigin.Parent ? "a run that was started detached is stopped by its own stop alone" : null;
        if (parent.Stop is null || child.HasEnded || world.Owes(0, DutyKind.Cascade))
            return null;
        if (child.Stop is null)
            return "I5: a child of a stopped run is stopped too, or its stop is still owed";
        return parent.Stop.Force && !child.Stop.Force ? "I5: a forced stop forces the children too" : null;
    }
}
