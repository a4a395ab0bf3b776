using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class EscalateStopTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        NotNow, NotNow, NotNow, NotNow, NotNow, Done, NotNow, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_a_stop_whose_time_is_up_is_escalated(Situation situation, Answer answer) =>
        Assert.Equal(answer, TestRun.In(situation).After(17).Escalate());

    [Fact]
    public void The_worker_is_given_time_to_prove_after_the_grace_H6()
    {
        var run = TestRun.In(Situation.Stopping);
        Assert.Equal(NotNow, run.After(16.9).Escalate());
        Assert.Equal(run.Run.Stop!.EscalateAt, run.Run.DueAt);
    }

    [Fact]
    public void No_worker_is_needed_for_the_end_of_a_stop_H9()
    {
        var run = TestRun.Start(Definitions.Pair);
        run.Claim("a");
        run.Claim("b");
        run.Stop();
        run.After(17).Escalate();
        Assert.Equal((RunState.Stopped, Verdict.Fenced, 2), (run.Run.State, run.Run.Verdict, run.Run.Unproved));
        Assert.All(run.Effects<SendStop>(), stop => Assert.Equal(TimeSpan.Zero, stop.KillIn));
        Assert.Equal(2, run.Effects<SendStop>().Count());
    }

    [Fact]
    public void Clean_up_follows_an_escalated_stop_under_a_budget_of_its_own_H10()
    {
        var run = TestRun.In(Situation.Stopping);
        run.After(17).Escalate();
        Assert.Equal(Situation.CleaningUp, run.Run.Situation());
        Assert.Equal(run.Now + Rules.Default.CleanUpBudget, run.Run.DueAt);
        Assert.Equal(["tidy"], run.Rows.Ready);
    }
}
