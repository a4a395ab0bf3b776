using Rein.Cli.Up;
using Rein.Protocol;
using Rein.Protocol.Receipts;

namespace Rein.Cli.Soak;

/// <summary>What must be true when the trouble is over, whatever happened before.</summary>
sealed class Promises(ReinClient client, IReadOnlyDictionary<Guid, bool> runs, Findings findings)
{
    static readonly TimeSpan Ends = TimeSpan.FromSeconds(90);
    static readonly TimeSpan Proves = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    static readonly string[] s_open = ["queued", "running", "waiting"];

    readonly List<RunDocument> ended = [];

    public async Task Check(IReadOnlyList<ShakenWorker> workers)
    {
        await NoRunIsStuck();
        await EveryRunEndedAsItWasPromised();
        await EveryStopIsProved();
        await NoPlaceIsTaken();
        await NothingIsLostOrDoubled();
        await EveryReceiptVerifies();
        NothingIsLeft(workers);
    }

    async Task NoRunIsStuck()
    {
        if (await Within(Ends, async () => (await client.ListRuns(new() { States = s_open, Limit = 1 })).Runs.Count == 0))
            return;
        foreach (var run in (await client.ListRuns(new() { States = s_open, Limit = 500 })).Runs)
            findings.Fault($"{run.Workflow} {run.Id} is stuck: {run.State}{(run.IsStopping ? ", being stopped" : "")}");
    }

    async Task EveryRunEndedAsItWasPromised()
    {
        string? cursor = null;
        do
        {
            var page = await client.ListRuns(new() { Limit = 500, Cursor = cursor });
            ended.AddRange(page.Runs.Where(run => run.HasEnded && runs.ContainsKey(run.Id)));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        foreach (var run in ended)
        {
            findings.Count($"ended {run.State}, {run.Cause}");
            if (runs[run.Id] && run.State is not "stopped")
                findings.Fault($"{run.Workflow} {run.Id} was to be stopped, and {run.State}");
        }
        foreach (var lost in runs.Keys.Except(ended.Select(run => run.Id)))
            findings.Fault($"the run {lost} was accepted, and is not among those that ended");
    }

    /// <summary>Everybody who could say so is back.</summary>
    async Task EveryStopIsProved()
    {
        var open = ended.Where(run => run.State is "stopped").Select(run => run.Id).ToList();
        await Within(Proves, async () =>
        {
            var still = new List<Guid>();
            foreach (var run in open)
                if ((await client.ReadReceipt(run)) is not { ProvedAt: not null, Verdict: var verdict, Seal.State: "sealed" })
                    still.Add(run);
                else
                    findings.Count($"receipts that say {verdict}");
            open = still;
            return open.Count == 0;
        });
        foreach (var run in open)
        {
            var receipt = await client.ReadReceipt(run);
            findings.Fault(receipt.ProvedAt is null
                ? $"the stop of {run} is not proved: {receipt.Verdict}, {receipt.Progress?.Says}"
                : $"the receipt of {run} is not sealed");
        }
    }

    async Task NoPlaceIsTaken()
    {
        var limit = await client.ReadLimit(Mixture.Limit);
        if (limit is not { Held: 0, Waiting: 0 })
            findings.Fault($"no run lives, and the limit {limit.Key} says that {limit.Held} hold and {limit.Waiting} wait");
        if (!await Within(Proves, async () => (await client.ListSessions()).Sessions.All(IsFree)))
            foreach (var session in (await client.ListSessions()).Sessions)
                findings.Fault($"no run lives, and the worker {session.Worker} holds {session.Held} and has lost {session.Lost} of {session.Capacity} places");
    }

    static bool IsFree(SessionDocument session) => session is { Held: 0, Lost: 0 } && (session.Pool is not Mixture.Pool || session.Capacity == Soaking.Capacity);

    /// <summary>Per attempt, items are numbered from 1 without a gap, and each is what was printed in that place.</summary>
    async Task NothingIsLostOrDoubled()
    {
        foreach (var run in ended.Where(run => run.Workflow is Mixture.Collecting))
        {
            var items = await ItemsOf(run.Id);
            findings.Count("items", items.Count);
            if (items.Count != run.Items)
                findings.Fault($"{run.Id} says that it has {run.Items} items, and has {items.Count}");
            var attempts = items.GroupBy(item => item.Fence).ToList();
            foreach (var attempt in attempts)
                if (!attempt.Select(item => (item.Seq, item.Value.GetInt64())).SequenceEqual(Enumerable.Range(1, attempt.Count()).Select(n => ((long)n, (long)n))))
                    findings.Fault($"the items of {run.Id} under the fence {attempt.Key} have gaps, or are out of order");
            if (run.State is "succeeded" && attempts.LastOrDefault()?.Count() is not Mixture.Items)
                findings.Fault($"{run.Id} succeeded, and the try that did has {attempts.LastOrDefault()?.Count() ?? 0} items of {Mixture.Items}");
        }
    }

    async Task<List<ItemDocument>> ItemsOf(Guid run)
    {
        var (items, cursor) = (new List<ItemDocument>(), (string?)null);
        do
        {
            var page = await client.ReadItems(run, cursor, 500);
            items.AddRange(page.Items);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return items;
    }

    async Task EveryReceiptVerifies()
    {
        using var verifier = new ReceiptVerifier();
        foreach (var key in (await client.ListSealKeys()).Keys)
            verifier.Trust(key.PublicKey);
        using var file = new MemoryStream();
        await client.ExportReceipts(file);
        file.Position = 0;
        try
        {
            findings.Count("entries of receipts verified", (await verifier.Verify(file)).Place);
        }
        catch (ReceiptFileException broken)
        {
            findings.Fault($"the receipts do not verify: {broken.Message}");
        }
    }

    void NothingIsLeft(IReadOnlyList<ShakenWorker> workers)
    {
        foreach (var worker in workers)
            foreach (var (pid, command) in Children.Remains.Marked(new DataFolder(worker.Data).Installation() + "/"))
                findings.Fault($"process {pid} of {worker.Name} is left: {command}");
    }

    static async Task<bool> Within(TimeSpan time, Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(began) > time)
                return false;
            await Task.Delay(Look, TimeProvider.System);
        }
        return true;
    }
}
