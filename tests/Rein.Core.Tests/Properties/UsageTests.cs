using FsCheck.Fluent;
using Rein.Core.Runs;
using Rein.Core.Tests.Lifecycle;
using Xunit;

namespace Rein.Core.Tests.Properties;

/// <summary>I7 with a clock that really runs: the explorer's ticks are whole seconds, and forget what is long past.</summary>
public sealed class UsageTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_happens_usage_is_what_the_attempts_cost_and_only_grows() =>
        Seeds.Check(output, cases: 500, Prop.ForAll(Seeds.Choices(length: 60), choices =>
        {
            var broken = Along(choices);
            return (broken is null).Label(broken ?? "");
        }));

    static string? Along(int[] choices)
    {
        var run = TestRun.Start(Lifecycle.Definitions.Pair, with: start => start with { Budget = 50 * Credit.One });
        for (var (at, credits) = (0, 0L); at < choices.Length; at++)
        {
            Move(run, Math.Abs(choices[at] % 1_000_003));
            if (run.Run.Credits < credits)
                return "usage was taken back";
            credits = run.Run.Credits;
            if (Broken(run, moves: at + 1) is { } broken)
                return broken;
        }
        return null;
    }

    static void Move(TestRun run, int choice)
    {
        var step = "abc"[choice / 16 % 3].ToString();
        run.After(choice % 9973 / 1000.0 * (choice % 3));
        switch (choice % 16)
        {
            case < 4: run.Claim(step); break;
            case < 9: run.Use(choice % 7000 / 1000m, step); break;
            case < 11: run.End(step); break;
            case 11: run.End(step, Outcome.NotStarted); break;
            case 12: run.Lose(step); break;
            case 13: run.Return(step); break;
            case 14: run.Expire(); break;
            default: run.Escalate(); break;
        }
    }

    static string? Broken(TestRun run, int moves)
    {
        var begun = run.Rows.Attempts.Where(attempt => attempt.Outcome is not Outcome.NotStarted).ToList();
        var ended = begun.Where(attempt => !attempt.IsOpen).Sum(attempt => attempt.Cost(run.Now));
        if (run.Run.Credits != ended)
            return $"{run.Run.Credits} were counted of {ended}";
        // Time is rounded down at each change of what executes.
        var off = begun.Sum(attempt => attempt.Cost(run.Now)) - run.Run.Budget!.SpentAt(run.Now);
        if (Math.Abs(off) > moves)
            return $"the budget is {off} micro-credits off after {moves} moves";
        return run.Run.HasEnded && run.Run.ActiveAttempts > 0 ? "something of an ended run is metered" : null;
    }
}
