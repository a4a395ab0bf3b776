using Rein.Worker;

namespace Rein.Steps.Crawl;

/// <summary>One crawl under way: so many visits at once, until nothing is left to visit or somebody stops it.</summary>
sealed class Crawling(RunContext run, Frontier frontier, Visitor visitor)
{
    int pages;
    int failed;
    int disallowed;
    string? firstError;

    public int Pages => pages;

    public int Failed => failed;

    public int Disallowed => disallowed;

    public string? FirstError => firstError;

    /// <exception cref="OperationCanceledException">It was stopped; what was found until then is in the items.</exception>
    public async Task Run(int atOnce, CancellationToken stop)
    {
        // What breaks one lane, which only a fault of ours or the fence does, ends the others: no lane outlives the step.
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var lanes = Enumerable.Range(0, atOnce).Select(_ => Task.Run(() => Lane(broken), CancellationToken.None)).ToList();
        await Task.WhenAll(lanes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        // The lane that broke says why; the others only say that they were ended.
        await (lanes.Find(lane => lane.IsFaulted) ?? Task.WhenAll(lanes));
    }

    async Task Lane(CancellationTokenSource stop)
    {
        try
        {
            await foreach (var (page, depth) in frontier.Read(stop.Token))
            {
                await Take(await visitor.Go(page, stop.Token), depth, stop.Token);
                frontier.Done();
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    async Task Take(Visit visit, int depth, CancellationToken stop)
    {
        switch (visit)
        {
            case Visit.Read read:
                Interlocked.Increment(ref pages);
                await Add(PageItem.Of(read.Url, depth, read.Status, read.Page), stop);
                foreach (var link in read.Page.Links)
                    frontier.Add(link, depth + 1);
                break;
            case Visit.Failed trouble:
                Interlocked.Increment(ref failed);
                Interlocked.CompareExchange(ref firstError, trouble.Error, null);
                await Add(PageItem.Failed(trouble.Url, depth, trouble.Status, trouble.Error), stop);
                break;
            case Visit.Disallowed:
                Interlocked.Increment(ref disallowed);
                break;
        }
    }

    /// <summary>An item is taken at once; to wait for the room behind it is no reason to stay.</summary>
    Task Add(ReadOnlyMemory<byte> item, CancellationToken stop) => run.Items.Add(item).AsTask().WaitAsync(stop);
}
