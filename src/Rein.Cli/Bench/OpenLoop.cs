using System.Collections.Concurrent;

namespace Rein.Cli.Bench;

/// <summary>
/// Sends by a fixed schedule, whether or not earlier answers have come: a server that stalls is charged for all that falls due while it
/// does. Every time is counted from when the request was due.
/// </summary>
sealed class OpenLoop(Uri server, double perSecond) : IDisposable
{
    static readonly TimeSpan Awake = TimeSpan.FromMilliseconds(1.2);

    readonly ConcurrentBag<HttpConnection> idle = [];
    readonly ConcurrentBag<Task> sent = [];
    readonly ManualResetEventSlim never = new();

    /// <param name="send">Gets a connection of its own, and the moment at which it was due, by the wall clock.</param>
    public async Task Run(TimeSpan length, Func<HttpConnection, DateTimeOffset, Task> send)
    {
        const int prepared = 32;
        foreach (var connection in await HttpConnection.Open(server, prepared))
            idle.Add(connection);
        var schedule = new Thread(() => Schedule(length, send)) { IsBackground = true, Name = "schedule" };
        schedule.Start();
        await Task.Run(schedule.Join);
        await Task.WhenAll(sent);
        foreach (var connection in idle)
            connection.Dispose();
    }

    void Schedule(TimeSpan length, Func<HttpConnection, DateTimeOffset, Task> send)
    {
        var (wall, began) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        for (var i = 1; i / perSecond <= length.TotalSeconds; i++)
        {
            var due = TimeSpan.FromSeconds(i / perSecond);
            Until(began, due);
            sent.Add(Send(wall + due, send));
        }
    }

    /// <summary>Timers are a millisecond coarse; the last one is waited out awake.</summary>
    void Until(long began, TimeSpan due)
    {
        while (due - TimeProvider.System.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
            if (left > Awake)
                never.Wait(left - Awake);
            else
                Thread.Yield();
    }

    async Task Send(DateTimeOffset due, Func<HttpConnection, DateTimeOffset, Task> send)
    {
        var connection = idle.TryTake(out var taken) ? taken : await HttpConnection.Open(server);
        await send(connection, due);
        idle.Add(connection);
    }

    public void Dispose() => never.Dispose();
}
