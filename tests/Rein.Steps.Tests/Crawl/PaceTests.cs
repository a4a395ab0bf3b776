using Rein.Steps.Crawl;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Crawl;

public sealed class PaceTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turns_of_one_site_are_apart_and_those_of_another_do_not_wait()
    {
        var time = new HandTime();
        var pace = new Pace(time);

        await pace.Turn("a", Second, Stop);
        var (second, third, other) = (pace.Turn("a", Second, Stop), pace.Turn("a", Second, Stop), pace.Turn("b", Second, Stop));

        Assert.True(other.IsCompletedSuccessfully);
        Assert.Equal([Second, 2 * Second], time.Due);
        time.Pass(Second);
        await second;
        Assert.False(third.IsCompleted);
        time.Pass(Second);
        await third;
    }

    [Fact]
    public async Task Whoever_comes_late_does_not_wait_and_saves_nothing()
    {
        var time = new HandTime();
        var pace = new Pace(time);
        await pace.Turn("a", Second, Stop);

        time.Pass(10 * Second);

        Assert.True(pace.Turn("a", Second, Stop).IsCompletedSuccessfully);
        Assert.False(pace.Turn("a", Second, Stop).IsCompleted);
    }
}
