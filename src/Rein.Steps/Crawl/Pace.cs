namespace Rein.Steps.Crawl;

/// <summary>So long passes between the beginnings of two requests to one site.</summary>
sealed class Pace(TimeProvider time)
{
    readonly Dictionary<string, TimeSpan> next = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    readonly long began = time.GetTimestamp();

    public Task Turn(string site, TimeSpan delay, CancellationToken stop)
    {
        if (delay <= TimeSpan.Zero)
            return Task.CompletedTask;
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetElapsedTime(began);
            var turn = next.TryGetValue(site, out var free) && free > now ? free : now;
            next[site] = turn + delay;
            wait = turn - now;
        }
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, stop) : Task.CompletedTask;
    }
}
