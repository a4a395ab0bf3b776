using System.Text;
using System.Text.Json.Nodes;
using Rein.Cli.Children;
using Rein.Protocol;

namespace Rein.Cli.Bench.Dialects;

/// <summary>
/// What a dialect costs the server on top of the native call: processor time of the stop of a run that waits, which nobody executes, and of reading it
/// afterwards. Both ways take turns, so that a machine that becomes slower meanwhile does so for both.
/// </summary>
sealed class DialectTime(Target target, ServerChild child, string key)
{
    const int Rounds = 20;
    const int Calls = 100;
    const int PerBatch = 500;
    const int WarmUps = 4;
    const double MostAddedMicroseconds = 60;
    const string Workflow = "bench-dialect";

    /// <param name="Stop">The path that stops a run.</param>
    /// <param name="Read">The path that reads it.</param>
    sealed record Way(string Name, string Header, Func<Guid, string> Stop, Func<Guid, string> Read);

    public async IAsyncEnumerable<Measured> Run()
    {
        var native = new Way("native", $"Authorization: Bearer {key}", run => $"/v1/runs/{run}/stop", run => $"/v1/runs/{run}");
        Way[] dialects =
        [
            new("b3os", $"Authorization: Bearer {key}", run => $"/b3os/v1/runs/run_{run:N}/cancel", run => $"/b3os/v1/runs/run_{run:N}"),
            new("xpander", $"x-api-key: {key}", run => $"/xpander/v1/tasks/{run}/stop", run => $"/xpander/v1/tasks/{run}"),
            new("lobstr", $"Authorization: Token {key}", run => $"/lobstr/v1/runs/{run:N}/abort", run => $"/lobstr/v1/runs/{run:N}"),
        ];
        await Workflows.Save(target, Workflow, new JsonObject { ["type"] = "delay", ["payload"] = new JsonObject { ["delayMs"] = 3_600_000 } });
        using var connection = await HttpConnection.Open(target.Url);
        foreach (var dialect in dialects)
        {
            // What is measured first is how the runtime compiles.
            for (var warmUp = 0; warmUp < WarmUps; warmUp++)
                await Compare(connection, native, dialect);
            var (stop, read) = await Compare(connection, native, dialect);
            yield return Say($"stop by {dialect.Name}", stop);
            yield return Say($"read by {dialect.Name}", read);
        }
    }

    static Measured Say(string name, (double Native, double Dialect) cost) =>
        new(name, $"at most {MostAddedMicroseconds} µs of processor time more than the native call", cost.Dialect - cost.Native <= MostAddedMicroseconds)
        {
            Figures = [("native", cost.Native, "µs"), ("dialect", cost.Dialect, "µs"), ("added", cost.Dialect - cost.Native, "µs")],
        };

    /// <returns>Microseconds of one call each.</returns>
    async Task<((double Native, double Dialect) Stop, (double Native, double Dialect) Read)> Compare(HttpConnection connection, Way native, Way dialect)
    {
        var runs = new Queue<Guid>(await Start(connection, 2 * Rounds * Calls));
        var (nativeStop, dialectStop, nativeRead, dialectRead) = (0.0, 0.0, 0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var (here, there) = (Take(runs), Take(runs));
            nativeStop += await Cost(connection, here.Select(run => Request("POST", native.Stop(run), native.Header, """{"fence":"now","graceSeconds":10}""")));
            dialectStop += await Cost(connection, there.Select(run => Request("POST", dialect.Stop(run), dialect.Header)));
            nativeRead += await Cost(connection, here.Select(run => Request("GET", native.Read(run), native.Header)));
            dialectRead += await Cost(connection, there.Select(run => Request("GET", dialect.Read(run), dialect.Header)));
        }
        const int all = Rounds * Calls;
        return ((nativeStop / all, dialectStop / all), (nativeRead / all, dialectRead / all));
    }

    static Guid[] Take(Queue<Guid> runs) => [.. Enumerable.Range(0, Calls).Select(_ => runs.Dequeue())];

    async Task<IReadOnlyList<Guid>> Start(HttpConnection connection, int count)
    {
        for (var started = 0; started < count; started += PerBatch)
            await connection.Send(target.StartBatch(Workflow, PerBatch));
        var runs = new List<Guid>();
        var query = new RunQuery { Workflow = Workflow, States = ["queued", "running", "waiting"], Limit = PerBatch };
        do
        {
            var page = await target.Client.ListRuns(query);
            runs.AddRange(page.Runs.Select(run => run.Id));
            query = query with { Cursor = page.Cursor };
        }
        while (query.Cursor is not null);
        return runs;
    }

    /// <returns>Microseconds of the server's processor time, of all of them together.</returns>
    async Task<double> Cost(HttpConnection connection, IEnumerable<byte[]> requests)
    {
        byte[][] made = [.. requests];
        var before = ServerLoad.Processor(child.Pid);
        foreach (var request in made)
            if (await connection.Send(request) is var status and not 200)
                throw new CommandException(ExitCode.Refused, $"It was answered with {status}: {Encoding.UTF8.GetString(connection.Body)}");
        return (ServerLoad.Processor(child.Pid) - before).TotalMicroseconds;
    }

    byte[] Request(string method, string path, string header, string body = "") => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {target.Url.Authority}\r\n{header}\r\n{(body.Length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n")}\r\n{body}");
}
