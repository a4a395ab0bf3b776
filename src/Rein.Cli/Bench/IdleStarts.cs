namespace Rein.Cli.Bench;

/// <summary>Start to handler on a server that does nothing else: one start at a time, with pauses.</summary>
sealed class IdleStarts(Target target, TimeSpan length)
{
    const double PerSecond = 40;

    public async Task<Measured> Run()
    {
        var (answered, assigned, ended) = (new Histogram("answered"), new Histogram("assigned"), new Histogram("handler has ended"));
        var started = new List<(Guid Run, DateTimeOffset Sent)>();
        await Workflows.SaveNoop(target.Client, "bench-noop");
        var request = target.Start("bench-noop");
        using var connection = await HttpConnection.Open(target.Url);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / PerSecond), TimeProvider.System);
        for (var left = (int)(length.TotalSeconds * PerSecond); left > 0 && await pace.WaitForNextTickAsync(); left--)
        {
            var sent = TimeProvider.System.GetUtcNow();
            await connection.Send(request);
            answered.Record(TimeProvider.System.GetUtcNow() - sent);
            if (connection.FindId("\"id\":\""u8) is { } run)
                started.Add((run, sent));
        }
        foreach (var (run, sent) in started)
            if ((await target.Client.ReadRun(run)).Steps is [{ Attempt: { EndedAt: { } at } attempt }])
            {
                assigned.Record(attempt.AssignedAt - sent);
                ended.Record(at - sent);
            }
        // The handler runs between these two, so the later one is the bound that is held against the goal.
        return new("idle start → handler running", "p50 ≤ 1 ms", ended.Count > 0 && ended.Percentile(50).TotalMilliseconds <= 1) { Stages = [answered, assigned, ended] };
    }
}
