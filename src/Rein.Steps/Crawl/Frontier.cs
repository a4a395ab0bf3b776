using System.Threading.Channels;

namespace Rein.Steps.Crawl;

/// <summary>Which pages are still to be visited: each once, breadth first, of these sites only, up to a depth and a number.</summary>
sealed class Frontier
{
    readonly Channel<Waiting> waiting = Channel.CreateUnbounded<Waiting>();
    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    readonly HashSet<string> sites;
    readonly int maxDepth;
    readonly int maxPages;
    int open;
    int taken;
    int left;

    public Frontier(IReadOnlyList<PageUrl> starts, int maxDepth, int maxPages)
    {
        (this.maxDepth, this.maxPages) = (maxDepth, maxPages);
        sites = starts.Select(start => start.Site).ToHashSet(StringComparer.Ordinal);
        foreach (var start in starts)
            Add(start, 0);
    }

    /// <summary>Known and not visited, because there are enough pages.</summary>
    public int Left => Volatile.Read(ref left);

    bool IsFull_NeedsLock => taken >= maxPages;

    /// <summary>Far more than can be visited are not even remembered.</summary>
    int MostSeen => (2 * maxPages) + 1000;

    public bool IsOfSite(PageUrl page) => sites.Contains(page.Site);

    public void Add(PageUrl page, int depth)
    {
        if (depth > maxDepth || !IsOfSite(page))
            return;
        lock (gate)
        {
            if (seen.Contains(page.ToString()))
                return;
            if (IsFull_NeedsLock || seen.Count >= MostSeen)
            {
                left++;
                return;
            }
            seen.Add(page.ToString());
            open++;
            waiting.Writer.TryWrite(new(page, depth));
        }
    }

    /// <summary>For the page that a redirect leads to.</summary>
    /// <returns>False: it has been visited, or will be.</returns>
    public bool Claim(PageUrl page)
    {
        lock (gate)
            return seen.Add(page.ToString());
    }

    public IAsyncEnumerable<Waiting> Read(CancellationToken stop) => waiting.Reader.ReadAllAsync(stop);

    /// <summary>Before a page is asked for.</summary>
    /// <returns>False: there are enough.</returns>
    public bool Take()
    {
        lock (gate)
        {
            if (IsFull_NeedsLock)
            {
                left++;
                return false;
            }
            taken++;
            return true;
        }
    }

    /// <summary>One that was read is done with; its links were added before. The last one ends the reading.</summary>
    public void Done()
    {
        lock (gate)
            if (--open == 0)
                waiting.Writer.TryComplete();
    }
}

/// <param name="Depth">0 for where the crawl begins.</param>
readonly record struct Waiting(PageUrl Page, int Depth);
