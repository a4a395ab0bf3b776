using Rein.Server.Upkeep;

namespace Rein.System.Tests.Upkeep;

public sealed class AlarmTests
{
    [Fact]
    public async Task A_due_time_that_comes_between_a_wake_and_the_next_sleep_rings()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var alarm = new Alarm(TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        await alarm.Sleep(now, TimeSpan.FromHours(1), patience.Token);

        alarm.RingAt(now.AddMinutes(1));

        await alarm.Sleep(null, TimeSpan.FromHours(1), patience.Token);
    }
}
