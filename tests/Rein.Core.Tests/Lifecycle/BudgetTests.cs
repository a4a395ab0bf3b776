using System.Collections.Immutable;
using Rein.Core.Runs;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class BudgetTests
{
    static TestRun With(decimal credits, string definition = Definitions.One) =>
        TestRun.Start(definition, with: start => start with { Budget = Credit.From(credits) });

    [Fact]
    public void Time_alone_uses_a_budget_up_and_the_run_is_stopped_like_by_any_system_H21()
    {
        var run = With(10);
        Assert.Null(run.Run.DueAt);
        run.Claim();
        Assert.Equal(run.Now + 10 * TestRun.Second, run.Run.DueAt);
        Assert.Equal(NotNow, run.After(9.999).Expire());
        Assert.Equal(Asked, run.After(0.001).Expire());
        Assert.Equal((StopOrigin.Budget, "system", "its budget of 10 credits was used up"), (run.Run.Stop!.Origin, run.Run.Stop.Actor, run.Run.Stop.Reason));
        Assert.Equal(Rules.DefaultGrace, run.Run.Stop.Grace);
        run.After(1).End(outcome: Outcome.Stopped);
        Assert.Equal((RunState.Stopped, Cause.Budget, 11_000_000), (run.Run.State, run.Run.Cause, run.Run.Credits));
    }

    [Fact]
    public void A_report_brings_the_end_nearer_and_one_that_uses_it_up_is_due_at_once()
    {
        var run = With(10);
        run.Claim();
        run.After(2).Use(5);
        Assert.Equal(run.Now + 3 * TestRun.Second, run.Run.DueAt);
        run.After(1).Use(8);
        Assert.Equal(run.Now, run.Run.DueAt);
        Assert.Equal(Asked, run.Expire());
    }

    [Fact]
    public void Two_at_once_use_it_up_in_half_the_time()
    {
        var run = With(10, Definitions.Pair);
        run.Claim("a");
        run.After(2).Claim("b");
        Assert.Equal(run.Now + 4 * TestRun.Second, run.Run.DueAt);
        run.After(1).End("b");
        Assert.Equal(run.Now + 6 * TestRun.Second, run.Run.DueAt);
        run.After(6);
        Assert.Equal(Asked, run.Expire());
    }

    [Fact]
    public void What_waits_uses_nothing()
    {
        var run = With(10, Definitions.Retried);
        run.Claim();
        run.After(4).End(outcome: Outcome.Failed, error: "no");
        Assert.Null(run.Run.DueAt);
        run.After(1000).Wake("a");
        Assert.Equal(NotNow, run.Expire());
        run.Claim();
        Assert.Equal(run.Now + 6 * TestRun.Second, run.Run.DueAt);
    }

    [Fact]
    public void Nothing_is_handed_out_once_it_is_used_up()
    {
        var run = With(10, Definitions.Chain);
        run.Claim();
        run.After(12).End();
        Assert.Equal(NotNow, run.Claim("b"));
        Assert.Equal(run.Now, run.Run.DueAt);
        Assert.Equal(Stopped, run.Expire());
        Assert.Equal((Cause.Budget, 12_000_000), (run.Run.Cause, run.Run.Credits));
    }

    [Fact]
    public void A_run_that_is_over_with_its_work_has_not_been_stopped_by_its_budget()
    {
        var run = With(10);
        run.Claim();
        run.After(12).End();
        Assert.Equal((RunState.Succeeded, AlreadyEnded), (run.Run.State, run.Expire()));
    }

    [Fact]
    public void An_attempt_that_never_began_has_used_nothing()
    {
        var run = With(10, Definitions.Retried);
        run.Claim();
        run.After(4).End(outcome: Outcome.NotStarted);
        Assert.Equal((0, 0), (run.Run.Credits, run.Run.Budget!.Spent));
    }

    [Fact]
    public void A_budget_goes_on_under_a_pause_and_the_clean_up_of_its_stop_is_not_held_to_it()
    {
        var paused = With(10);
        paused.Claim();
        paused.Pause();
        Assert.Equal(Asked, paused.After(10).Expire());

        var tidied = With(10, Definitions.Tidied);
        tidied.Claim();
        tidied.After(10).Expire();
        tidied.End(outcome: Outcome.Stopped);
        Assert.Equal(Done, tidied.Claim("tidy"));
        tidied.After(5).End("tidy");
        Assert.Equal((Cause.Budget, 15_000_000), (tidied.Run.Cause, tidied.Run.Credits));
    }

    [Fact]
    public void The_price_is_that_of_the_kind_when_it_was_handed_out()
    {
        var prices = new PriceList(ImmutableDictionary<string, Price>.Empty.Add("noop", new(2_500_000, 500_000)), Price.Usual);
        var run = With(10);
        run.Rewrite(before => before with { Rules = Rules.Default with { Prices = prices } });
        run.Claim();
        Assert.Equal((500_000, 2_500_000), (run.Run.Budget!.Spent, run.Run.Budget.Rate));
        Assert.Equal(run.Now + 3.8 * TestRun.Second, run.Run.DueAt);
        run.Rewrite(before => before with { Rules = Rules.Default });
        run.After(2).End();
        Assert.Equal(5_500_000, run.Run.Credits);
    }

    [Fact]
    public void What_costs_nothing_never_uses_a_budget_up()
    {
        var run = With(0.000001m);
        run.Rewrite(before => before with { Rules = Rules.Default with { Prices = new(ImmutableDictionary<string, Price>.Empty, new(0)) } });
        run.Claim();
        Assert.Null(run.Run.DueAt);
        Assert.Equal(NotNow, run.After(1e6).Expire());
        run.Use(0.000001m);
        Assert.Equal(Asked, run.Expire());
    }

    [Theory]
    [InlineData(1, 3, 333334)]
    [InlineData(10, 1_000_000_000, 1)]
    public void A_time_that_is_no_whole_microsecond_is_the_next_one_for_the_one_before_would_come_too_early(long credits, long perSecond, long micros)
    {
        var budget = new Budget(credits * Credit.One, 0, perSecond * Credit.One, DateTimeOffset.UnixEpoch);
        var due = budget.RunsOutAt!.Value;
        Assert.Equal(micros * TimeSpan.TicksPerMicrosecond, (due - DateTimeOffset.UnixEpoch).Ticks);
        Assert.True(budget.IsUsedUp(due));
        Assert.False(budget.IsUsedUp(due - TimeSpan.FromMicroseconds(1)));
    }

    [Fact]
    public void No_amount_and_no_time_is_too_large_to_be_counted()
    {
        var budget = new Budget(Credit.Most, Credit.Most - 1, Credit.Most, DateTimeOffset.UnixEpoch);
        Assert.True(budget.IsUsedUp(DateTimeOffset.MaxValue));
        Assert.Null((budget with { Spent = 0, Rate = 1 }).RunsOutAt);
        Assert.Equal(long.MaxValue / 4, Credit.Plus(long.MaxValue / 4, Credit.Most));
    }

    [Theory]
    [InlineData("0.000001", 1L)]
    [InlineData("10", 10_000_000L)]
    [InlineData("1000000000", 1_000_000_000_000_000L)]
    [InlineData("1000000000.000001", null)]
    [InlineData("0.0000001", null)]
    [InlineData("-1", null)]
    public void Credits_are_whole_micro_credits_or_nothing(string text, long? micros) =>
        Assert.Equal(micros, Credit.From(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
}
