namespace Rein.Cli.Bench;

/// <summary>
/// Start to handler on a server that does nothing else: one start at a time, with pauses. It is warm: a client without pauses goes before, or what is
/// measured is how the runtime compiles.
/// </summary>
sealed class IdleStarts(Target target, TimeSpan warmUp, TimeSpan length)
{
    const double PerSecond = 40;

    public async Task<Measured> Run()
    {
        var (answered, assigned) = (new Histogram("answered"), new Histogram("assigned"));
        var (began, ended) = (new Histogram("handler runs"), new Histogram("handler has ended"));
        var started = new List<(Guid Run, DateTimeOffset Sent)>();
        await Workflows.SaveNoop(target, "bench-noop");
        var request = target.Start("bench-noop");
        await using (await ClosedLoop.Begin(target, 1, request, new("unmeasured")))
            await Task.Delay(warmUp, TimeProvider.System);
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
            foreach (var change in (await target.Client.ReadEvents(run)).Events)
                foreach (var line in change.Lines)
                    if (line.Kind is "step_assigned")
                        assigned.Record(change.At - sent);
                    else if (line is { Kind: "step_ended", Since: { } since })
                    {
                        began.Record(since - sent);
                        ended.Record(change.At - sent);
                    }
        return new("idle start → handler running", "p50 ≤ 1 ms", began.Count > 0 && began.Percentile(50).TotalMilliseconds <= 1)
        {
            Stages = [assigned, began, ended, answered],
        };
    }
}
