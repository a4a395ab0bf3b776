using System.Collections.Concurrent;
using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>
/// When keys were used, coarsely: a key that is used all the time is written once in five minutes, behind the request and never by it. What a crash
/// loses is at most a minute of that.
/// </summary>
sealed class KeyUses(IKeyStore keys, TimeProvider time)
{
    static readonly TimeSpan Coarse = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, DateTimeOffset> noted = new();

    /// <param name="key">As the store has it: what it knows well enough is not said again.</param>
    public void Note(ApiKey key)
    {
        var now = time.GetUtcNow();
        if (!(now - key.UsedAt < Coarse))
            noted[key.Id] = now;
    }

    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace, time);
        using var end = stop.UnsafeRegister(state => ((PeriodicTimer)state!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
            await Write(stop);
    }

    async Task Write(CancellationToken stop)
    {
        var uses = noted.Select(use => new KeyUse(use.Key, use.Value)).ToList();
        if (uses.Count == 0)
            return;
        await keys.Used(uses, stop);
        foreach (var use in uses)
            noted.TryRemove(new(use.Key, use.At));
    }
}
