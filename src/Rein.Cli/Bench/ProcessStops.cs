namespace Rein.Cli.Bench;

/// <summary>From the request to stop until a process is proved gone, with a hundred of them running.</summary>
sealed class ProcessStops(Target target, TimeSpan length)
{
    const int Population = 100;
    const double PerSecond = 10;
    const int WarmUp = 20;

    public async Task<Measured> Cooperative()
    {
        await Workflows.SaveProcess(target, "bench-process", "sleep", "3600");
        return await Measure("stop → process gone, 100 running, cooperative", "bench-process", "{}", 30);
    }

    public async Task<Measured> Forced()
    {
        await Workflows.SaveProcess(target, "bench-stubborn", "sh", "-c", "trap '' TERM; while :; do sleep 60; done");
        return await Measure("stop → process gone, 100 running, forced", "bench-stubborn", "{\"force\":true}", 60);
    }

    async Task<Measured> Measure(string name, string workflow, string body, double p99)
    {
        // Of so few samples the p99 would be the first stop of a fresh server, and tell of nothing else.
        await new StopTrial(target, workflow, WarmUp, body).Run(TimeSpan.FromSeconds(WarmUp / PerSecond), PerSecond);
        var trial = new StopTrial(target, workflow, Population, body);
        await trial.Run(length, PerSecond);
        return new(name, $"p99 ≤ {p99} ms", trial.Proved.Count > 0 && trial.Proved.Percentile(99).TotalMilliseconds <= p99) { Stages = trial.Stages };
    }
}
