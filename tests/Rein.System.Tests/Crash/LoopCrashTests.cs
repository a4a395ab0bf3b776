using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Crash;

public sealed class LoopCrashTests(ITestOutputHelper output)
{
    const int Items = 600;
    const int Lives = 4;

    static readonly JsonElement Definition = JsonElement.Parse("""
        { "nodes": {
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": "{{$inputs.list}}", "width": 8 }, "loopBody": ["work"] },
            "work": { "type": "noop", "payload": { "n": "{{$item}}", "maxAttempts": 50, "backoff": { "initialSeconds": 0 } }, "children": ["big"] },
            "big": { "type": "if", "payload": { "condition": { "left": "{{work.result.n}}", "op": "gte", "right": 300 } } } } }
        """);

    [Fact]
    public async Task A_loop_whose_server_is_killed_again_and_again_goes_through_every_item_once()
    {
        var data = Directory.CreateTempSubdirectory("rein-crash-").FullName;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Guid? run = null;
        try
        {
            for (var life = 1; life < Lives; life++)
            {
                await using var server = await CrashingServer.Start(data, crash: null);
                run ??= (await Start(server!.Client)).Id;
                await Until(server!.Client, run.Value, (Items / Lives * life) + random.Next(20));
                await server.Kill();
            }
            await using var last = await CrashingServer.Start(data, crash: null);
            AssertWhole(await Until(last!.Client, run!.Value, Items + 1));
            await AssertOnce(last.Client, run.Value);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_stop_of_a_loop_over_processes_ends_those_under_way_and_proves_it()
    {
        var data = Directory.CreateTempSubdirectory("rein-crash-").FullName;
        try
        {
            await using var server = await CrashingServer.Start(data, crash: null);
            var run = (await server!.Client.StartInline(new() { Definition = Processes }, cancel: TestServer.Cancel)).Id;
            await Until(server.Client, run, 2);
            var stop = await server.Client.Stop(run, new() { GraceSeconds = 0.5 }, TimeSpan.FromSeconds(30), TestServer.Cancel);

            Assert.True(stop.IsGone);
            Assert.NotEqual("fenced", stop.Stop!.Verdict);
            Assert.Equal(["work[0]", "work[1]", "work[2]", "work[3]"], stop.Stop.Attempts.Select(attempt => attempt.Step).Order(StringComparer.Ordinal));
            Assert.All(stop.Stop.Attempts, attempt => Assert.True(attempt.IsProved));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>The first two end at once, and the next two do not.</summary>
    static readonly JsonElement Processes = JsonElement.Parse("""
        { "nodes": {
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": [0, 1, 1000, 1000, 1000], "width": 2 }, "loopBody": ["work"] },
            "work": { "type": "process", "payload": { "command": ["sh", "-c", "[ $0 -lt 10 ] || exec sleep $0", "{{$item}}"] } } } }
        """);

    static Task<RunDocument> Start(ReinClient client) => client.StartInline(
        new() { Definition = Definition, Input = JsonSerializer.SerializeToElement(new Dictionary<string, int[]> { ["list"] = [.. Enumerable.Range(0, Items)] }) }, cancel: TestServer.Cancel);

    /// <summary>Until so many iterations are over, or the run is.</summary>
    static async Task<RunDocument> Until(ReinClient client, Guid id, int done)
    {
        var run = await client.ReadRun(id, cancel: TestServer.Cancel);
        while (!run.HasEnded && (run.Steps!.SingleOrDefault(step => step.Id == "each")?.Loop?.Done ?? 0) < done)
            run = await client.ReadRun(id, TimeSpan.FromSeconds(30), run.Revision, TestServer.Cancel);
        return run;
    }

    static void AssertWhole(RunDocument run)
    {
        Assert.Equal(("succeeded", "completed"), (run.State, run.Cause));
        var results = run.Steps!.Single(step => step.Id == "each").Result!.Value.GetProperty("results").EnumerateArray();
        Assert.Equal(Enumerable.Range(0, Items).Select(n => n >= 300 ? "then" : "else"), results.Select(result => result.GetProperty("branch").GetString()));
    }

    static async Task AssertOnce(ReinClient client, Guid run)
    {
        var (cursor, steps) = ((string?)null, new List<StepDocument>());
        do
        {
            var page = await client.ListSteps(run, cursor, limit: 999, loop: "each", TestServer.Cancel);
            steps.AddRange(page.Steps);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        Assert.Equal(3 * Items, steps.Count);
        Assert.All(steps, step => Assert.Equal("succeeded", step.State));
        Assert.All(steps.Where(step => step.Attempt is not null), step => Assert.Equal("succeeded", step.Attempt!.Outcome));
    }
}
