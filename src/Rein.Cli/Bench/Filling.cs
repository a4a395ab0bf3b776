namespace Rein.Cli.Bench;

/// <summary>Brings a database to a size before anything is measured on it: with runs that were really executed, the way every other run is.</summary>
/// <param name="workflow">It is saved.</param>
sealed class Filling(Target target, string workflow)
{
    const int AtOnce = 500;
    const int Clients = 8;

    long left;

    public async Task Run(long runs)
    {
        left = runs;
        var connections = await HttpConnection.Open(target.Url, Clients);
        await Task.WhenAll(connections.Select(connection => Task.Run(() => Send(connection))));
        foreach (var connection in connections)
            connection.Dispose();
        await target.UntilIdle(workflow);
    }

    async Task Send(HttpConnection connection)
    {
        var request = target.StartBatch(workflow, AtOnce);
        while (Interlocked.Add(ref left, -AtOnce) > -AtOnce)
            while (await connection.Send(request) is var status and not 200)
                if (status is not 429)
                    throw new CommandException(ExitCode.Refused, $"A batch of starts was answered {status}.");
    }
}
