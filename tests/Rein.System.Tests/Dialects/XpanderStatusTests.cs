using System.Text.Json;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>How tasks of xpander read, in their words and in ours, and that they are found by both.</summary>
public sealed class XpanderStatusTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_task_is_found_by_every_status_and_every_word_of_ours_that_it_reads_as()
    {
        await server.Client.PutLimit("shut", 0, Cancel);
        var tasks = new (Task<string> Id, string Status, string Inner)[]
        {
            (Invoke("hold", """, "payload": { "pool": "nobody" }"""), "pending", "queued"),
            (Blocked(), "pending", "blocked"),
            (server.InvokeAndBegin("hold"), "executing", "running"),
            (Stopping(), "executing", "stopping"),
            (TidyingUp(), "executing", "cleaning_up"),
            (Invoke("approval", """, "payload": { "message": "may I?" }"""), "paused", "waiting"),
            (Held(), "paused", "held"),
            (Ended("noop", ""), "completed", "completed"),
            (Ended("leak", """, "payload": { "text": "xy", "fails": true, "onFailure": "continue" }"""), "completed", "partial"),
            (Ended("leak", """, "payload": { "text": "xy", "fails": true }"""), "failed", "error"),
            (Halved(), "failed", "partial"),
            (Stopped(), "stopped", "manual"),
            (Late(), "stopped", "deadline"),
        };
        foreach (var (made, status, inner) in tasks)
        {
            var id = await made;
            var told = await server.ReadTask(id);
            Assert.Equal((status, inner), (told.Text("status"), told.Text("internal_status")));
            foreach (var query in new[] { $"status={status}", $"internal_status={inner}", $"status={status}&internal_status={inner.ToUpperInvariant()}" })
            {
                var items = (await server.Tell("GET", $"{Rest}/tasks?per_page=50&{query}"))["items"].EnumerateArray().ToList();
                Assert.Contains(items, item => item.GetProperty("id").GetString() == id);
                Assert.All(items, item => Assert.True(query.Contains(item.GetProperty("status").GetString()!, StringComparison.Ordinal) || query.Contains($"internal_status={item.GetProperty("internal_status").GetString()}", StringComparison.OrdinalIgnoreCase), query));
            }
        }
    }

    async Task<string> Invoke(string kind, string more) => await server.Invoke(await server.Agent(kind, more));

    async Task<string> Blocked() => (await server.Client.StartInline(new() { Definition = Graph("hold"), LimitKey = "shut" }, cancel: Cancel)).Id.ToString();

    async Task<string> Stopping()
    {
        var id = await server.InvokeAndBegin("deaf");
        await server.Client.Stop(Guid.Parse(id), new() { GraceSeconds = 600 }, cancel: Cancel);
        return id;
    }

    async Task<string> TidyingUp()
    {
        const string definition = """{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"noop"},"tidy":{"type":"hold","payload":{"finally":true} } } }""";
        var run = await server.Client.StartInline(new() { Definition = JsonElement.Parse(definition) }, cancel: Cancel);
        await server.Client.UntilAssigned(run.Id, "tidy");
        return run.Id.ToString();
    }

    async Task<string> Held()
    {
        var id = await Invoke("delay", """, "payload": { "delayMs": 600000 }""");
        await server.Client.Pause(Guid.Parse(id), cancel: Cancel);
        return id;
    }

    async Task<string> Ended(string kind, string more) => await UntilEnded(await Invoke(kind, more));

    async Task<string> Halved()
    {
        const string definition = """{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"noop","children":["end"]},"end":{"type":"leak","payload":{"text":"xy","fails":true} } } }""";
        return await UntilEnded((await server.Client.StartInline(new() { Definition = JsonElement.Parse(definition) }, cancel: Cancel)).Id.ToString());
    }

    async Task<string> Stopped()
    {
        var id = await server.InvokeAndBegin("hold");
        await server.StopTask(id);
        return id;
    }

    async Task<string> Late() => await UntilEnded((await server.Client.StartInline(new() { Definition = Graph("hold"), DeadlineSeconds = 0.05 }, cancel: Cancel)).Id.ToString());

    async Task<string> UntilEnded(string id)
    {
        await server.Client.Until(Guid.Parse(id), run => run.EndedAt is not null);
        return id;
    }
}
