using System.Collections.Concurrent;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>Stops runs by a fixed schedule, starts another for each, and reads every stage from the receipts.</summary>
sealed class StopTrial(Target target, string workflow, int population, string body)
{
    static readonly TimeSpan Proves = TimeSpan.FromSeconds(20);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly HeldRuns running = new(target, workflow);
    readonly ConcurrentQueue<(Guid Run, DateTimeOffset Due)> stopped = new();
    readonly byte[] start = target.Start(workflow);

    public Histogram Sent { get; } = new("sent");
    public Histogram Answered { get; } = new("answered");
    public Histogram Requested { get; } = new("requested");
    public Histogram Signalled { get; } = new("signalled");
    public Histogram Heard { get; } = new("heard");
    public Histogram Ended { get; } = new("ended");
    public Histogram Proved { get; } = new("proved");

    public IReadOnlyList<Histogram> Stages => [Sent, Requested, Signalled, Answered, Heard, Ended, Proved];

    public async Task Run(TimeSpan length, double perSecond)
    {
        await running.Fill(population);
        using (var schedule = new OpenLoop(target.Url, perSecond))
            await schedule.Run(length, StopOne);
        foreach (var (run, due) in stopped)
            Take(await Receipt(run), due);
        await running.StopAll();
    }

    async Task StopOne(HttpConnection connection, DateTimeOffset due)
    {
        if (!running.TryTake(out var run))
            return;
        Sent.Record(TimeProvider.System.GetUtcNow() - due);
        var status = await connection.Send(target.Stop(run, body));
        Answered.Record(TimeProvider.System.GetUtcNow() - due);
        if (status is not (200 or 202))
            throw new CommandException(ExitCode.Refused, $"A stop was answered {status}.");
        stopped.Enqueue((run, due));
        if (await connection.Send(start) is 201 && connection.FindId("\"id\":\""u8) is { } next)
            running.Add(next);
    }

    async Task<ReceiptDocument> Receipt(Guid run)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var receipt = await target.Client.ReadReceipt(run);
            if (receipt.ProvedAt is not null)
                return receipt;
            if (TimeProvider.System.GetElapsedTime(began) > Proves)
                throw new CommandException(ExitCode.NotProved, $"The run {run} is not proved gone: {receipt.Progress?.Says}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    void Take(ReceiptDocument receipt, DateTimeOffset due)
    {
        Requested.Record(receipt.RequestedAt - due);
        Note(Signalled, receipt.SignalledAt);
        Note(Heard, receipt.HeardAt);
        Note(Ended, receipt.EndedAt);
        Note(Proved, receipt.ProvedAt);

        void Note(Histogram stage, DateTimeOffset? at)
        {
            if (at is { } moment)
                stage.Record(moment - due);
        }
    }
}
