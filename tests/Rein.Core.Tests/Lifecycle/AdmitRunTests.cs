using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;
using static Rein.Core.Runs.Answer;

namespace Rein.Core.Tests.Lifecycle;

public sealed class AdmitRunTests
{
    public static TheoryData<Situation, Answer> Answers => new EverySituation(
        Done, AlreadyDone, AlreadyDone, AlreadyDone, AlreadyDone, AlreadyDone, AlreadyDone, AlreadyEnded, AlreadyEnded, AlreadyEnded);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Only_a_blocked_run_is_admitted(Situation situation, Answer answer) => Assert.Equal(answer, TestRun.In(situation).Admit());

    [Fact]
    public void An_admitted_run_holds_its_slots_and_offers_its_first_step()
    {
        var run = TestRun.Start(hasRoom: false, with: start => start with { LimitKeys = ["key"] });
        Assert.False(run.Run.HoldsSlots);
        run.Admit();
        Assert.True(run.Run.HoldsSlots);
        Assert.Equal(["a"], run.Rows.Ready);
    }

    [Fact]
    public void A_blocked_run_that_is_paused_takes_its_slot_but_hands_nothing_out_until_it_is_resumed()
    {
        var run = TestRun.Start(hasRoom: false, with: start => start with { LimitKeys = ["key"] });
        run.Pause();
        run.Admit();
        Assert.True(run.Run.HoldsSlots);
        Assert.Empty(run.Rows.Ready);
        run.Resume();
        Assert.Equal(["a"], run.Rows.Ready);
    }
}
