using Rein.Cli.Children;

namespace Rein.Cli.Bench;

/// <summary>What somebody notices first: how soon a server is ready, what it weighs idle, how long `rein stop` takes by the clock.</summary>
sealed class Outset(Target target, ServerChild child)
{
    static readonly TimeSpan Settles = TimeSpan.FromSeconds(3);

    public async Task<Measured> Run()
    {
        await Task.Delay(Settles, TimeProvider.System);
        var memory = ServerLoad.ResidentMegabytes(child.Pid);
        var stop = await StopByTheClock();
        var isMet = child.ReadyAfter.TotalSeconds <= 1 && memory <= 120 && stop.Percentile(50).TotalMilliseconds <= 500;
        return new("at first sight", "ready ≤ 1,000 ms, idle ≤ 120 MB, rein stop ≤ 500 ms", isMet)
        {
            Figures = [("ready after", child.ReadyAfter.TotalMilliseconds, "ms"), ("idle memory", memory, "MB")],
            Stages = [stop],
        };
    }

    async Task<Histogram> StopByTheClock()
    {
        const int times = 7;
        var wall = new Histogram("rein stop, exec to exit");
        await Workflows.SaveHold(target, "bench-hold");
        for (var i = 0; i < times; i++)
        {
            var run = await target.Client.Start("bench-hold");
            var began = TimeProvider.System.GetTimestamp();
            using var stop = Itself.Start(["stop", run.Id.ToString()], child.Data);
            _ = await stop.StandardOutput.ReadToEndAsync();
            await stop.WaitForExitAsync();
            wall.Record(TimeProvider.System.GetElapsedTime(began));
        }
        return wall;
    }
}
