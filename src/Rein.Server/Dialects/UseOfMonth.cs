using Rein.Core.Stores;

namespace Rein.Server.Dialects;

/// <summary>Of one organization. One look at a time: whoever comes while somebody looks is told by one look that begins after it, together with all others who came.</summary>
sealed class UseOfMonth(Guid organization, IRunReader reader, TimeProvider time)
{
    /// <summary>Ids are drawn before the commit, and by other clocks: what is older than this is all there.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>With more that is under way for so long, nothing more is remembered until there is less.</summary>
    const int MostLeft = 10_000;

    readonly Lock gate = new();
    readonly HashSet<Guid> left = [];
    Task<UsageSum> running = Task.FromResult<UsageSum>(default);
    Task<UsageSum>? next;
    DateTimeOffset month;
    UsageSum settled;
    Guid? from;

    public Task<UsageSum> Ask(CancellationToken cancel)
    {
        lock (gate)
            return (running.IsCompleted && next is null ? running = Task.Run(Look, CancellationToken.None) : next ??= Behind(running)).WaitAsync(cancel);
    }

    async Task<UsageSum> Behind(Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
            (running, next) = (next!, null);
        return await Look();
    }

    /// <summary>It is asked for others too: who hangs up takes nothing from them.</summary>
    async Task<UsageSum> Look()
    {
        var now = time.GetUtcNow();
        Begin(new(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero));
        var until = Guid.CreateVersion7(now - Margin);
        if (from is { } before && until.CompareTo(before) < 0)
            until = before;
        var look = await reader.Usage(new(organization, month, now) { From = from, Until = until, Left = left, Most = MostLeft + 1 }, CancellationToken.None);
        var sum = settled + look.Sum;
        Remember(look, until);
        return sum;
    }

    void Begin(DateTimeOffset thisMonth)
    {
        if (thisMonth == month)
            return;
        (month, settled, from) = (thisMonth, default, null);
        left.Clear();
    }

    void Remember(UsageLook look, Guid until)
    {
        foreach (var (run, sum) in look.Ended)
        {
            settled += sum;
            left.Remove(run);
        }
        if (left.Count + look.Living.Count > MostLeft)
            return;
        settled += look.Settled;
        left.UnionWith(look.Living);
        from = until;
    }
}
