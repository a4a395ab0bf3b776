using System.Collections.Concurrent;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>Runs of one workflow that execute and do not end by themselves.</summary>
sealed class HeldRuns(Target target, string workflow)
{
    static readonly TimeSpan Begins = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentQueue<Guid> running = new();

    /// <summary>Returns when so many execute.</summary>
    public async Task Fill(int population)
    {
        const int batch = 500;
        for (var left = population; left > 0; left -= batch)
        {
            var reply = await target.Client.StartBatch(workflow, [.. Enumerable.Repeat(new StartRunRequest(), Math.Min(batch, left))]);
            foreach (var run in reply.Runs)
                running.Enqueue(run.RunId!.Value);
        }
        var began = TimeProvider.System.GetTimestamp();
        while (await CountOpen() < population)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Begins)
                throw new CommandException(ExitCode.Refused, $"Not all of {population} runs are executing after {Begins.TotalSeconds} s: does the server's worker have the --capacity, and may it execute this?");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    async Task<int> CountOpen()
    {
        var (count, cursor) = (0, (string?)null);
        do
        {
            var page = await target.Client.ListRuns(new() { Workflow = workflow, States = ["running"], Limit = 500, Cursor = cursor });
            count += page.Runs.Count(run => run.StartedAt is not null && !run.IsStopping);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return count;
    }

    public bool TryTake(out Guid run) => running.TryDequeue(out run);

    public void Add(Guid run) => running.Enqueue(run);

    /// <summary>By force, all that were not taken.</summary>
    public async Task StopAll()
    {
        const int clients = 8;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (running.TryDequeue(out var run))
                await target.Client.Stop(run, new() { Force = true });
        }));
    }
}
