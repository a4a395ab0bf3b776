namespace Rein.Cli.Bench;

/// <summary>Clients that send the same request again as soon as they have the answer.</summary>
sealed class ClosedLoop : IAsyncDisposable
{
    readonly HttpConnection[] connections;
    readonly Task[] clients;
    volatile bool isOver;
    volatile bool isMeasured;
    long answered;

    ClosedLoop(HttpConnection[] connections, byte[] request, Histogram latency)
    {
        this.connections = connections;
        clients = [.. connections.Select(connection => Task.Run(() => Run(connection, request, latency)))];
    }

    /// <summary>Requests that were answered while it was measured.</summary>
    public long Answered => Interlocked.Read(ref answered);

    public static async Task<ClosedLoop> Begin(Target target, int clients, byte[] request, Histogram latency) =>
        new(await HttpConnection.Open(target.Url, clients), request, latency);

    public void Measure(bool on) => isMeasured = on;

    async Task Run(HttpConnection connection, byte[] request, Histogram latency)
    {
        while (!isOver)
        {
            var sent = TimeProvider.System.GetTimestamp();
            var status = await connection.Send(request);
            // Refused for being busy is an answer, and no start.
            if (status is >= 300 and not 429)
                throw new CommandException(ExitCode.Refused, $"The server answered {status}: {System.Text.Encoding.UTF8.GetString(connection.Body)}");
            if (!isMeasured || status is 429)
                continue;
            latency.Record(TimeProvider.System.GetElapsedTime(sent));
            Interlocked.Increment(ref answered);
        }
    }

    public async ValueTask DisposeAsync()
    {
        isOver = true;
        await Task.WhenAll(clients);
        foreach (var connection in connections)
            connection.Dispose();
    }
}
