using Rein.Cli.Show;

namespace Rein.Cli.Bench;

/// <summary>From the request to stop until the handler's token fires, with a thousand runs running and others being started.</summary>
sealed class StopLatency(Target target, TimeSpan warmUp, TimeSpan length)
{
    const int Population = 1000;
    const double PerSecond = 50;

    public Task<Measured> Quiet() =>
        Measure("stop → the token fires, 1,000 running, 8 clients starting", 8, "p50 ≤ 1 ms, p99 ≤ 8 ms", stages => Within(stages, 50, 1) && Within(stages, 99, 8));

    public Task<Measured> UnderLoad(int clients) =>
        Measure($"stop → the token fires, {clients} clients at full load", clients, "p99 ≤ 25 ms", stages => Within(stages, 99, 25));

    async Task<Measured> Measure(string name, int clients, string goal, Func<Histogram, bool> isMet)
    {
        await Workflows.SaveNoop(target, "bench-noop");
        await Workflows.SaveHold(target, "bench-hold");
        var trial = NewTrial();
        var starts = new Histogram("start → answered, beside it");
        await using var load = await ClosedLoop.Begin(target, clients, target.Start("bench-noop"), starts);
        await NewTrial().Run(warmUp, PerSecond);
        load.Measure(true);
        var began = TimeProvider.System.GetTimestamp();
        await trial.Run(length, PerSecond);
        var rate = load.Answered / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return new(name, goal, isMet(trial.Heard)) { Stages = [.. trial.Stages, starts], Figures = [("starts beside it", rate, "runs/s")] };
    }

    StopTrial NewTrial() => new(target, "bench-hold", Population, "{\"reason\":\"bench\"}");

    static bool Within(Histogram stage, double percent, double ms) => stage.Count > 0 && stage.Percentile(percent).TotalMilliseconds <= ms;
}
