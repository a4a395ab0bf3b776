using Rein.Core.Stores;

namespace Rein.System.Tests.Clock;

public sealed class SteadyTimeTests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly MovedClock machine = new();

    [Fact]
    public void A_clock_that_was_set_back_goes_on_from_where_it_was_and_is_caught_up_with()
    {
        var steady = new SteadyTime(machine);
        var before = steady.GetUtcNow();
        machine.Said -= Day;
        machine.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(before + TimeSpan.FromSeconds(9), steady.GetUtcNow());
        for (var hour = 0; hour < 9 * 24; hour++)
        {
            machine.Pass(TimeSpan.FromHours(1));
            Assert.True(steady.GetUtcNow() > machine.GetUtcNow());
        }
        machine.Pass(2 * Day);
        Assert.Equal(machine.GetUtcNow(), steady.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_was_set_forward_is_followed_and_never_left_again()
    {
        var steady = new SteadyTime(machine);
        machine.Said += Day;
        var ahead = steady.GetUtcNow();
        Assert.Equal(machine.GetUtcNow(), ahead);
        machine.Said -= Day;
        Assert.Equal(ahead, steady.GetUtcNow());
    }

    [Fact]
    public void It_goes_on_from_what_was_said_in_a_former_life()
    {
        var steady = new SteadyTime(machine);
        var latest = machine.GetUtcNow() + Day;
        steady.NeverBefore(latest);
        machine.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(latest + TimeSpan.FromSeconds(0.9), steady.GetUtcNow());
        steady.NeverBefore(latest - Day);
        Assert.Equal(latest + TimeSpan.FromSeconds(0.9), steady.GetUtcNow());
    }

    [Fact]
    public void Leaps_are_added_up_and_neither_what_passes_nor_a_former_life_is_one()
    {
        var steady = new SteadyTime(machine);
        steady.NeverBefore(machine.GetUtcNow() - (3 * Day));
        _ = steady.GetUtcNow();
        machine.Pass(Day);
        machine.Said += TimeSpan.FromSeconds(30);
        _ = steady.GetUtcNow();
        Assert.Equal(TimeSpan.Zero, steady.Leapt);

        machine.Pass(TimeSpan.FromHours(1));
        machine.Said += Day;
        _ = steady.GetUtcNow();
        Assert.Equal(Day, steady.Leapt);
        machine.Said -= Day;
        _ = steady.GetUtcNow();
        machine.Said += 2 * Day;
        _ = steady.GetUtcNow();
        Assert.Equal(2 * Day, steady.Leapt);
    }

    sealed class MovedClock : TimeProvider
    {
        TimeSpan passed;

        public DateTimeOffset Said { get; set; } = DateTimeOffset.UnixEpoch.AddYears(60);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => passed.Ticks;

        public override DateTimeOffset GetUtcNow() => Said;

        public void Pass(TimeSpan time) => (passed, Said) = (passed + time, Said + time);
    }
}
