using System.Diagnostics;
using System.Net.Http.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api.Document;

/// <summary>Thousands of requests that are wrong in every way the document allows to think of: each is refused as a problem, and nothing is changed.</summary>
public sealed class MalformedRequestTests(TestServer server, ITestOutputHelper output) : IClassFixture<TestServer>
{
    const int Requests = 6_000;

    [Fact]
    public async Task Whatever_is_malformed_is_a_problem_with_a_code_and_changes_nothing()
    {
        var seed = Environment.GetEnvironmentVariable("REIN_SEED") is { } said ? int.Parse(said, provider: null) : Environment.ProcessId;
        output.WriteLine($"seed {seed}: REIN_SEED={seed} repeats it");
        await server.Save("hold");
        await server.Client.PutLimit("of-a-test", 1, Cancel);
        var operations = await ApiDocument.Read(server);
        var requests = new MalformedRequests(operations, server.Key, new Random(seed));
        var before = await Contents();

        var (wrong, ways) = (new List<string>(), new HashSet<string>());
        for (var i = 0; i < Requests; i++)
        {
            var malformed = requests.Next();
            ways.Add(malformed.Operation.ToString());
            if (await FaultOf(malformed) is { } fault)
                wrong.Add($"{malformed.Operation}, {malformed.Way}: {fault}");
        }
        Assert.Equal("", string.Join('\n', wrong.Distinct().Take(20)));
        Assert.Equal(operations.Count, ways.Count);
        Assert.Equal(before, await Contents());
    }

    async Task<string?> FaultOf(Malformed malformed)
    {
        using var request = malformed.Make();
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        if ((int)response.StatusCode is < 400 or >= 500)
            return $"it was answered {(int)response.StatusCode}";
        if (response.Content.Headers.ContentType?.MediaType != Problem.MediaType)
            return $"{(int)response.StatusCode} as {response.Content.Headers.ContentType}";
        var problem = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem, Cancel);
        return ProblemTable.All.Any(kind => kind.Code == problem!.Code && kind.Status == (int)response.StatusCode) ? null : $"{(int)response.StatusCode} with the code '{problem!.Code}'";
    }

    /// <summary>A digest of every row of every table, as another program reads them; sessions beat by themselves, and the use of a key is noted behind it.</summary>
    async Task<string> Contents()
    {
        const string script = """
            import hashlib, sqlite3, sys
            db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
            for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('sessions') ORDER BY name").fetchall():
                columns = ", ".join(f'"{c[1]}"' for c in db.execute(f'PRAGMA table_info("{table}")') if c[1] != "used_at")
                rows = sorted(repr(row) for row in db.execute(f'SELECT {columns} FROM "{table}"'))
                print(table, len(rows), hashlib.sha256("".join(rows).encode()).hexdigest())
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", script, server.Database]) { RedirectStandardOutput = true })!;
        var said = await python.StandardOutput.ReadToEndAsync(Cancel);
        await python.WaitForExitAsync(Cancel);
        Assert.Equal(0, python.ExitCode);
        Assert.Contains("runs ", said, StringComparison.Ordinal);
        return said;
    }
}
