using System.Text.Json.Nodes;
using Rein.Protocol.Remote;
using Rein.Worker;
using Rein.Worker.Ladder;

namespace Rein.Cli.Bench;

/// <summary>What a server has behind it after a while: runs that have ended, with their events, and every tenth of them with a log and items of which an account was made.</summary>
sealed class History(Target target)
{
    const string Name = "bench-history";
    const int AtOnce = 1024;
    const int Tenth = 10;
    const int Items = 10;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    long collected;
    long executed;

    public async Task Write(long runs)
    {
        var key = await target.Client.CreateKey(new() { Name = Name, Scopes = ["work"] });
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopTaking = new CancellationTokenSource();
        using var thread = new StopThread();
        using var channel = new HttpChannel(target.Url, key.Key!);
        using var worker = new ReinWorker(channel, new(Name, AtOnce) { Pool = Name }, thread).Handle(Name, Execute);
        var working = worker.Run(_ => opened.TrySetResult(), stopTaking.Token);
        await opened.Task;
        await using (var pool = target.In(Name))
        {
            await Workflows.Save(pool, Name, new JsonObject { ["type"] = Name });
            await new Filling(pool, Name).Run(runs);
        }
        await UntilAccounted();
        await stopTaking.CancelAsync();
        await working;
    }

    async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        if (Interlocked.Increment(ref executed) % Tenth != 0)
            return StepResult.Success;
        for (var i = 0; i < Items; i++)
            await run.Items.AddText($"what was found at place {i}, in about as many words as one has for it");
        await run.Log.Write("It went as it should.");
        Interlocked.Increment(ref collected);
        return StepResult.Success;
    }

    /// <summary>What an account is owed for is kept.</summary>
    async Task UntilAccounted()
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await Scrape.Of(target, "rein_duties_done_total{kind=\"export\"}") < Interlocked.Read(ref collected))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new CommandException(ExitCode.Refused, $"After {Patience.TotalMinutes} minutes there are still items that were not accounted for.");
            await Task.Delay(Look, TimeProvider.System);
        }
    }
}
