using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
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

    /// <param name="Stop">What stops a run.</param>
    /// <param name="Read">What reads it.</param>
    sealed record Way(string Name, string Header, Func<Live, Call> Stop, Func<Live, Call> Read)
    {
        /// <summary>Its start gives out what its stop needs.</summary>
        public bool StartsItself { get; init; }
    }

    readonly record struct Call(string Method, string Path, string Body = "");

    /// <summary>A run that waits, and what stops it where its id does not.</summary>
    readonly record struct Live(Guid Run, string Pid = "", string Password = "");

    public async IAsyncEnumerable<Measured> Run()
    {
        var bearer = $"Authorization: Bearer {key}";
        var native = new Way(
            "native", bearer, live => new("POST", $"/v1/runs/{live.Run}/stop", """{"fence":"now","graceSeconds":10}"""), live => new("GET", $"/v1/runs/{live.Run}"));
        Way[] dialects =
        [
            new("b3os", bearer, live => new("POST", $"/b3os/v1/runs/run_{live.Run:N}/cancel"), live => new("GET", $"/b3os/v1/runs/run_{live.Run:N}")),
            new("xpander", $"x-api-key: {key}", live => new("POST", $"/xpander/v1/tasks/{live.Run}/stop"), live => new("GET", $"/xpander/v1/tasks/{live.Run}")),
            new("lobstr", $"Authorization: Token {key}", live => new("POST", $"/lobstr/v1/runs/{live.Run:N}/abort"), live => new("GET", $"/lobstr/v1/runs/{live.Run:N}")),
            new("axiom", "Accept: */*",
                live => new("POST", "/axiom/api/v3/stop", $$"""{"pid":"{{live.Pid}}","pw":"{{live.Password}}"}"""), _ => new("POST", "/axiom/api/v3/run-data", Named))
            {
                StartsItself = true,
            },
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
        const int all = Rounds * Calls;
        var (natives, dialects) = dialect.StartsItself
            ? (await Start(connection, all), await Trigger(connection, all))
            : await Start(connection, 2 * all) switch { var both => (both[..all], both[all..]) };
        var (nativeStop, dialectStop, nativeRead, dialectRead) = (0.0, 0.0, 0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var these = (round * Calls)..((round + 1) * Calls);
            nativeStop += await Cost(connection, native.Header, natives[these].Select(native.Stop));
            dialectStop += await Cost(connection, dialect.Header, dialects[these].Select(dialect.Stop));
            nativeRead += await Cost(connection, native.Header, natives[these].Select(native.Read));
            dialectRead += await Cost(connection, dialect.Header, dialects[these].Select(dialect.Read));
        }
        return ((nativeStop / all, dialectStop / all), (nativeRead / all, dialectRead / all));
    }

    async Task<Live[]> Start(HttpConnection connection, int count)
    {
        for (var started = 0; started < count; started += PerBatch)
            await connection.Send(target.StartBatch(Workflow, PerBatch));
        var runs = new List<Live>();
        var query = new RunQuery { Workflow = Workflow, States = ["queued", "running", "waiting"], Limit = PerBatch };
        do
        {
            var page = await target.Client.ListRuns(query);
            runs.AddRange(page.Runs.Select(run => new Live(run.Id)));
            query = query with { Cursor = page.Cursor };
        }
        while (query.Cursor is not null);
        return [.. runs];
    }

    string Named => $$"""{"key":"{{key}}","name":"{{Workflow}}"}""";

    /// <summary>Outside of what is measured: what stops these runs stands in the answers to their starts alone.</summary>
    async Task<Live[]> Trigger(HttpConnection connection, int count)
    {
        var runs = new Live[count];
        var request = Request(new("POST", "/axiom/api/v3/trigger", Named), "Accept: */*");
        for (var i = 0; i < count; i++)
        {
            await Ask(connection, request);
            using var said = JsonDocument.Parse(connection.Body.ToArray());
            var query = HttpUtility.ParseQueryString(new Uri(said.RootElement.GetProperty("OPEN LINK IN BROWSER").GetString()!).Query);
            runs[i] = new(Guid.Parse(query["taskId"]!), query["host"]!.Split('-')[1][2..], query["password"]!);
        }
        return runs;
    }

    /// <returns>Microseconds of the server's processor time, of all of them together.</returns>
    async Task<double> Cost(HttpConnection connection, string header, IEnumerable<Call> calls)
    {
        byte[][] requests = [.. calls.Select(call => Request(call, header))];
        var before = ServerLoad.Processor(child.Pid);
        foreach (var request in requests)
            await Ask(connection, request);
        return (ServerLoad.Processor(child.Pid) - before).TotalMicroseconds;
    }

    static async Task Ask(HttpConnection connection, byte[] request)
    {
        if (await connection.Send(request) is var status and not 200)
            throw new CommandException(ExitCode.Refused, $"It was answered with {status}: {Encoding.UTF8.GetString(connection.Body)}");
    }

    byte[] Request(Call call, string header) => Encoding.ASCII.GetBytes(
        $"{call.Method} {call.Path} HTTP/1.1\r\nHost: {target.Url.Authority}\r\n{header}\r\n{(call.Body.Length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {call.Body.Length}\r\n")}\r\n{call.Body}");
}
