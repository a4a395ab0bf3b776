using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>How runs of B3OS are found, and which version of a workflow a start takes.</summary>
public sealed class B3osListTests(TestServer server) : IClassFixture<TestServer>
{
    const string Workflows = "/b3os/v1/workflows";

    [Fact]
    public async Task Runs_are_found_and_counted_by_each_status_that_they_read_as()
    {
        var workflow = (await server.Ask("POST", Workflows, $$"""{"name":"Each","definition":{{Graph("hold", """, "payload": { "pool": "nobody" }""")}}}""")).Text("id");
        var found = new List<(string Id, string Status)> { (await Start(), "running") };
        foreach (var (kind, payload, status) in new[]
        {
            ("hold", "{}", "running"), ("delay", """{"delayMs":600000}""", "waiting"), ("noop", "{}", "success"), ("leak", """{"text":"xy","fails":true}""", "failure"), ("hold", "{}", "cancelled"),
        })
        {
            await server.Ask("PUT", $"{Workflows}/{workflow}", $$"""{"definition":{{Graph(kind, $", \"payload\": {payload}")}}}""");
            found.Add((await Start(), status));
        }
        Assert.Equal(200, (await server.Ask("POST", $"/b3os/v1/runs/{found[^1].Id}/cancel")).Status);
        foreach (var (id, status) in found.Where(one => one.Status is "success" or "failure"))
            await server.Client.Until(Guid.ParseExact(id["run_".Length..], "N"), run => run.EndedAt is not null);

        foreach (var status in new[] { "running", "waiting", "success", "failure", "cancelled" })
            foreach (var path in new[] { $"{Workflows}/{workflow}/runs?status={status}", $"/b3os/v1/runs?workflowId={workflow}&status={status}" })
            {
                var items = (await server.Ask("GET", path)).Data.GetProperty("items").EnumerateArray().ToList();
                Assert.Equal(found.Where(one => one.Status == status).Select(one => one.Id).Reverse(), items.Select(item => item.GetProperty("id").GetString()!));
                Assert.All(items, item => Assert.Equal(status, item.GetProperty("status").GetString()));
            }
        Assert.Equal(
            """{"running":2,"waiting":1,"success":1,"partial":0,"failure":1,"cancelled":1,"total":6}""", (await server.Ask("GET", $"{Workflows}/{workflow}/runs/count")).Data.GetRawText());
        var whole = (await server.Ask("GET", $"{Workflows}/{workflow}/runs?status=cancelled")).Data.GetProperty("items")[0];
        Assert.Equal(
            [
                "id", "status", "startedAt", "finishedAt", "workflowId", "workflowName", "workflowVersion", "triggerSource", "triggeredBy", "triggerNodeId", "sourceRunId", "isDustTest",
                "isSimulation", "totalCu",
            ],
            whole.EnumerateObject().Select(field => field.Name));

        async Task<string> Start() => (await server.Ask("POST", $"{Workflows}/{workflow}/run", "{}")).Text("runId");
    }

    [Fact]
    public async Task A_start_takes_the_latest_version_published_or_not()
    {
        var workflow = (await server.Ask("POST", Workflows, $$"""{"name":"Draft","definition":{{Graph("noop")}}}""")).Text("id");
        foreach (var version in new[] { 1, 2 })
        {
            Assert.Equal(version, (await server.Ask("GET", $"/b3os/v1/runs/{await Start()}")).Data.GetProperty("workflowVersion").GetInt32());
            await server.Ask("POST", $"{Workflows}/{workflow}/publish");
            Assert.Equal(version, (await server.Ask("GET", $"/b3os/v1/runs/{await Start()}")).Data.GetProperty("workflowVersion").GetInt32());
            await server.Ask("PUT", $"{Workflows}/{workflow}", $$"""{"definition":{{Graph("noop", $$""", "payload": { "n": {{version}} }""")}}}""");
        }

        async Task<string> Start() => (await server.Ask("POST", $"{Workflows}/{workflow}/run", "{}")).Text("runId");
    }

    /// <summary>A recipe of theirs calls it otherwise.</summary>
    [Theory]
    [InlineData("data")]
    [InlineData("payload")]
    public async Task What_a_node_has_waited_for_comes_under_either_name(string name)
    {
        var id = (await server.Ask("POST", "/b3os/v1/runs", $$"""{"definition":{{Graph("wait")}}}""")).Text("runId");
        Assert.Equal("resumed", (await server.Ask("POST", $"/b3os/v1/runs/{id}/nodes/work/resume", $$$"""{"{{{name}}}":{"paid":true}}""")).Text("action"));
        await server.Client.Until(Guid.ParseExact(id["run_".Length..], "N"), run => run.EndedAt is not null);
        var result = (await server.Ask("GET", $"/b3os/v1/runs/{id}")).Data.GetProperty("executionState").GetProperty("work").GetProperty("result");
        Assert.Equal("""{"paid":true}""", result.GetProperty("data").GetRawText());
    }

    /// <summary>A minute is over sooner by the clock of this server.</summary>
    [Fact]
    public async Task A_run_that_takes_longer_than_it_is_waited_for_is_told_as_it_is_and_goes_on()
    {
        await using var other = new TestServer { Adjust = options => options with { Time = new Hasty() } };
        await other.InitializeAsync();
        var said = await other.Ask("POST", "/b3os/v1/runs/sync", $$"""{"definition":{{Graph("delay", """, "payload": { "delayMs": 86400000 }""")}}}""");
        Assert.Equal((200, "waiting"), (said.Status, said.Text("status")));
        Assert.Equal("waiting", said.Data.GetProperty("executionState").GetProperty("work").GetProperty("status").GetString());
        Assert.Equal(200, (await other.Ask("POST", $"/b3os/v1/runs/{said.Text("runId")}/cancel")).Status);
    }

    sealed class Hasty : TimeProvider
    {
        public override long GetTimestamp() => 100 * base.GetTimestamp();
    }
}
