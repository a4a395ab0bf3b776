using System.Diagnostics;
using System.Globalization;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>A hundred processes at once share one scan, one watch and one ladder thread.</summary>
public abstract class CrowdTrials(Containment containment) : ProcessTrials(containment)
{
    const int Crowd = 100;

    [Fact]
    public async Task A_hundred_processes_that_cooperate_are_proved_gone()
    {
        await ForceAsync(Start("sleep", "600"));
        var took = await StopCrowdAsync("echo ready; exec sleep 600", ladder => ladder.Climb(TimeSpan.FromMinutes(1)), Rung.Terminated);

        Print("cooperative", took);
    }

    [Fact]
    public async Task A_hundred_processes_that_resist_are_proved_gone()
    {
        await ForceAsync(Start("sleep", "600"));
        var took = await StopCrowdAsync("trap '' TERM; echo ready; exec sleep 600", ladder => ladder.Force(), Rung.Killed);

        Print("forced", took);
    }

    async Task<double[]> StopCrowdAsync(string script, Action<StopLadder> stop, Rung rung)
    {
        var started = Stopwatch.GetTimestamp();
        var crowd = Enumerable.Range(0, Crowd).Select(_ => Start("sh", "-c", script)).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Crowd} starts: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        foreach (var process in crowd) Assert.Equal("ready", await ReadLineAsync(process.Output));

        var ladders = crowd.Select(process =>
        {
            var ladder = new StopLadder(Thread, TimeProvider.System);
            ladder.Hold(process);
            return ladder;
        }).ToArray();
        foreach (var ladder in ladders) stop(ladder);
        var results = await Task.WhenAll(ladders.Select(ladder => ladder.Gone)).WaitAsync(Patience);

        AssertGone([.. crowd.Select(process => process.Pid)]);
        Assert.All(results, result => Assert.Empty(result.Residuals));
        Assert.All(results, result => Assert.Equal(rung, result.Rung));
        return [.. results.Select(result => result.Took.TotalMilliseconds).Order()];
    }

    void Print(string what, double[] took) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{Host.Containment} {what}: p50 {took[Crowd / 2]:F1} ms, p99 {took[Crowd - 1]:F1} ms"));
}

[Collection(Alone.Name)]
public sealed class CrowdInTrees() : CrowdTrials(Containment.Tree);

[Collection(Alone.Name)]
public sealed class CrowdInCgroups() : CrowdTrials(Containment.Cgroup);
