using Rein.Cli.Children;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>No-op runs from start to succeeded, each start answered after its commit. What counts is read back afterwards.</summary>
sealed class Throughput(Target target, TimeSpan warmUp, TimeSpan length)
{
    const string Workflow = "bench-noop";

    readonly Histogram toSucceeded = new("start → succeeded");
    long succeeded;
    long other;

    public async Task<Measured> OneByOne(int clients, double atLeast) =>
        await Measure($"no-op runs, {clients} clients, one start per request", clients, target.Start(Workflow), 1, atLeast);

    public async Task<Measured> Batches(int clients, int size, double atLeast) =>
        await Measure($"no-op runs, {clients} clients, batches of {size}", clients, target.StartBatch(Workflow, size), size, atLeast);

    async Task<Measured> Measure(string name, int clients, byte[] request, int perRequest, double atLeast)
    {
        var answered = new Histogram("start → answered");
        await Workflows.SaveNoop(target, Workflow);
        DateTimeOffset from, to;
        long accepted;
        TimeSpan processor;
        await using (var load = await ClosedLoop.Begin(target, clients, request, answered))
        {
            await Task.Delay(warmUp, TimeProvider.System);
            var before = Processor();
            from = TimeProvider.System.GetUtcNow();
            load.Measure(true);
            await Task.Delay(length, TimeProvider.System);
            load.Measure(false);
            to = TimeProvider.System.GetUtcNow();
            processor = Processor() - before;
            accepted = load.Answered * perRequest;
        }
        await target.UntilIdle(Workflow);
        await ReadBack(from, to);
        var rate = succeeded / (to - from).TotalSeconds;
        return new(name, $"at least {Show.Figures.Count((long)atLeast)} runs/s", rate >= atLeast)
        {
            Figures =
            [
                ("succeeded", rate, "runs/s"),
                ("accepted", accepted / (to - from).TotalSeconds, "runs/s"),
                ("succeeded and read back", succeeded, "runs"),
                ("neither succeeded nor open", other, "runs"),
                ("server's processor time", processor.TotalMicroseconds / Math.Max(1, succeeded), "µs a run"),
            ],
            Stages = [answered, toSucceeded],
        };
    }

    /// <summary>Zero for a server that is not a child of this process.</summary>
    TimeSpan Processor() => target.Child is { } child ? ServerLoad.Processor(child.Pid) : TimeSpan.Zero;

    /// <summary>Every run that was created since the beginning, from the newest.</summary>
    async Task ReadBack(DateTimeOffset from, DateTimeOffset to)
    {
        string? cursor = null;
        do
        {
            var page = await target.Client.ListRuns(new() { Workflow = Workflow, Cursor = cursor, Limit = 500 });
            foreach (var run in page.Runs)
                Take(run, from, to);
            cursor = page.Runs.Count > 0 && page.Runs[^1].CreatedAt < from - warmUp ? null : page.Cursor;
        }
        while (cursor is not null);
    }

    void Take(RunDocument run, DateTimeOffset from, DateTimeOffset to)
    {
        if (run.EndedAt is not { } ended || ended < from || ended > to)
            return;
        if (run.State is "succeeded")
            succeeded++;
        else
            other++;
        toSucceeded.Record(ended - run.CreatedAt);
    }
}
