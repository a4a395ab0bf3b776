using System.Collections.Concurrent;
using Rein.Protocol;
using Rein.Protocol.Problems;

namespace Rein.Cli.Soak;

/// <summary>Starts the mixture, and stops some of it: asked, fenced or forced, once or again, early or late.</summary>
sealed class Load(ReinClient client, Random random, Findings findings)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    readonly ConcurrentDictionary<Guid, bool> wasPromised = [];
    readonly List<Task> stops = [];

    /// <summary>Every run that was accepted; true for those of which an answer said that they are or will be stopped.</summary>
    public IReadOnlyDictionary<Guid, bool> Runs => wasPromised;

    /// <summary>Returns when the time is over and every stop has its answer.</summary>
    public async Task Run(CancellationToken over)
    {
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        try
        {
            while (await pace.WaitForNextTickAsync(over))
                await StartSome(Pick());
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(stops);
        }
    }

    Ingredient Pick()
    {
        var at = random.Next(Mixture.All.Sum(one => one.Weight));
        return Mixture.All.First(one => (at -= one.Weight) < 0);
    }

    async Task StartSome(Ingredient what)
    {
        var starts = Enumerable.Repeat(new StartRunRequest { LimitKey = what.IsLimited ? Mixture.Limit : null }, random.Next(1, what.Batch + 1));
        StartRunsReply reply;
        try
        {
            reply = await client.StartBatch(what.Workflow, [.. starts]);
        }
        catch (ReinException busy) when (busy.Code is ProblemCodes.Busy)
        {
            findings.Count("batches refused for being busy");
            return;
        }
        foreach (var run in reply.Runs)
        {
            findings.Count("started " + what.Workflow);
            wasPromised[run.RunId!.Value] = false;
            if (random.Next(100) < what.StopPercent)
                stops.Add(StopSoon(run.RunId.Value, NewStop(), TimeSpan.FromSeconds(random.NextDouble() * 3), random.Next(5) == 0 ? NewStop() : null));
        }
    }

    StopRunRequest NewStop() => random.Next(10) switch
    {
        < 3 => new() { Force = true, Reason = "soak" },
        < 5 => new() { Fence = "now", GraceSeconds = random.NextDouble(), Reason = "soak" },
        _ => new() { GraceSeconds = random.NextDouble() * 2, Reason = "soak" },
    };

    async Task StopSoon(Guid run, StopRunRequest first, TimeSpan after, StopRunRequest? again)
    {
        await Task.Delay(after, TimeProvider.System);
        await StopOne(run, first);
        if (again is not null)
            await StopOne(run, again);
    }

    async Task StopOne(Guid run, StopRunRequest stop)
    {
        try
        {
            var reply = await client.Stop(run, stop);
            findings.Count($"stops answered {reply.Answer}");
            if (reply.Answer is "stopped" or "asked" or "already_stopping" or "escalated")
                wasPromised[run] = true;
        }
        catch (ReinException refused)
        {
            findings.Fault($"the stop of {run} was refused: {refused.Message}");
        }
    }
}
