using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The stream of a run, as a client of B3OS reads it.</summary>
public sealed class B3osStreamTests(TestServer server) : IClassFixture<TestServer>
{
    const string Runs = "/b3os/v1/runs";
    const string Held = """
        { "nodes": { "root": { "type": "manual", "children": ["first"] }, "first": { "type": "noop", "payload": {}, "children": ["second"] }, "second": { "type": "hold", "payload": {} } } }
        """;

    [Fact]
    public async Task Who_subscribes_before_the_start_sees_the_run_from_its_first_event_to_its_last()
    {
        var id = $"run_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await using var events = (await Subscribe(id)).GetAsyncEnumerator(Cancel);
        Assert.Equal(200, (await server.Ask("POST", Runs, $$"""{"runId":"{{id}}","definition":{{Held}}}""")).Status);

        var started = await Next(events);
        Assert.Equal(("run_started", id, "running"), (started.GetProperty("type").GetString(), started.GetProperty("runId").GetString(), started.GetProperty("run").GetProperty("status").GetString()));
        Assert.False(started.GetProperty("run").TryGetProperty("executionState", out _));
        await Until(events, "second", "running");

        var cancelled = await server.Ask("POST", $"{Runs}/{id}/cancel");
        await Until(events, "second", "cancelled");
        var finished = await Next(events);
        Assert.Equal(("run_finished", "cancelled"), (finished.GetProperty("type").GetString(), finished.GetProperty("run").GetProperty("status").GetString()));
        Assert.Equal(cancelled.Text("finishedAt"), finished.GetProperty("run").GetProperty("finishedAt").GetString());
    }

    [Fact]
    public async Task A_node_is_told_as_the_run_shows_it_and_a_run_that_begins_to_wait_is_told_too()
    {
        var run = (await server.Ask("POST", Runs, """
            { "definition": { "nodes": { "root": { "type": "manual", "children": ["first"] }, "first": { "type": "noop", "payload": {}, "children": ["pause"] }, "pause": { "type": "delay", "payload": { "delayMs": 600000 } } } } }
            """)).Text("runId");
        await server.Client.Until(Guid.Parse(run["run_".Length..]), now => now.State == "waiting");
        await using var events = (await Subscribe(run)).GetAsyncEnumerator(Cancel);
        var node = await Until(events, "first", "success");
        var shown = (await server.Ask("GET", $"{Runs}/{run}")).Data.GetProperty("executionState").GetProperty("first");
        Assert.Equal(shown.GetRawText(), node.GetProperty("node").GetRawText());
        await Until(events, "pause", "waiting");
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{run}/cancel")).Status);
        while ((await Next(events)).GetProperty("type").GetString() != "run_finished") { }
        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task Who_comes_back_goes_on_where_it_was_and_there_is_nothing_behind_the_end()
    {
        var run = (await server.Ask("POST", Runs, "{\"definition\":" + Graph("noop") + "}")).Text("runId");
        string? place = null;
        using (var response = await Open(run))
        {
            var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(Cancel));
            await foreach (var _ in parser.EnumerateAsync(Cancel)) { }
            place = parser.LastEventId;
        }
        Assert.NotEqual("", place);
        using var again = await Open(run, place);
        Assert.Equal(204, (int)again.StatusCode);
    }

    [Fact]
    public async Task Who_was_away_is_told_how_the_nodes_are_that_the_end_has_closed()
    {
        var run = (await server.Ask("POST", Runs, $$"""{"definition":{{Held}}}""")).Text("runId");
        string place;
        using (var response = await Open(run))
        {
            var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(Cancel));
            await using var first = parser.EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
            await Until(first, "second", "running");
            // The place stands behind what was told.
            place = parser.LastEventId is { Length: > 0 } told ? told : "1";
        }
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{run}/cancel")).Status);
        using var again = await Open(run, place);
        await using var events = SseParser.Create(await again.Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
        await Until(events, "second", "cancelled");
        Assert.Equal("run_finished", (await Next(events)).GetProperty("type").GetString());
    }

    [Fact]
    public async Task What_could_not_have_been_chosen_is_not_waited_for_and_a_run_of_somebody_else_says_nothing()
    {
        Assert.Equal(404, (await server.Ask("GET", $"{Runs}/nobodys/stream")).Status);
        using var foreign = await server.ConnectForeign();
        var theirs = (await foreign.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel)).Id;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var silent = (await Subscribe($"run_{theirs:N}")).GetAsyncEnumerator(leaving.Token);
        var nothing = silent.MoveNextAsync().AsTask();

        // Who came after it has looked and found; so it has looked as well.
        var own = $"run_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await using var events = (await Subscribe(own)).GetAsyncEnumerator(Cancel);
        await server.Ask("POST", Runs, $$"""{"runId":"{{own}}","definition":{{Held}}}""");
        Assert.Equal("run_started", (await Next(events)).GetProperty("type").GetString());
        await Until(events, "second", "running");
        Assert.False(nothing.IsCompleted);
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{own}/cancel")).Status);
        while ((await Next(events)).GetProperty("type").GetString() != "run_finished") { }
        Assert.False(nothing.IsCompleted);
        await leaving.CancelAsync();
        await nothing.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Who_waits_for_an_id_hears_nothing_of_a_run_that_somebody_else_has_started_under_it()
    {
        var id = $"run_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var theirs = (await server.Client.CreateOrganization($"theirs{id}", Cancel)).Key!.Key!;
        await using var events = (await Subscribe(id)).GetAsyncEnumerator(Cancel);
        Assert.Equal(200, (await server.Ask("POST", Runs, $$"""{"runId":"{{id}}","definition":{{Held}}}""", theirs)).Status);

        // Who came after it has looked and found; so it has looked as well.
        var other = $"run_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await using var others = (await Subscribe(other)).GetAsyncEnumerator(Cancel);
        Assert.Equal(200, (await server.Ask("POST", Runs, $$"""{"runId":"{{other}}","definition":{{Held}}}""")).Status);
        Assert.Equal("run_started", (await Next(others)).GetProperty("type").GetString());

        Assert.Equal(200, (await server.Ask("POST", Runs, $$"""{"runId":"{{id}}","propValues":{"whose":"ours"},"definition":{{Held}}}""")).Status);
        Assert.Equal("ours", (await Next(events)).GetProperty("run").GetProperty("propValues").GetProperty("whose").GetString());
        foreach (var (run, key) in new[] { (id, theirs), (id, server.Key), (other, server.Key) })
            Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{run}/cancel", key: key)).Status);
    }

    async Task<IAsyncEnumerable<SseItem<string>>> Subscribe(string run) =>
        SseParser.Create(await (await Open(run)).Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel);

    async Task<HttpResponseMessage> Open(string run, string? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Runs}/{run}/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        return await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    static async Task<JsonElement> Next(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync(), "the stream has ended");
        var said = JsonElement.Parse(events.Current.Data);
        Assert.Equal(events.Current.EventType, said.GetProperty("type").GetString());
        return said;
    }

    static async Task<JsonElement> Until(IAsyncEnumerator<SseItem<string>> events, string node, string status)
    {
        while (true)
            if (await Next(events) is var said && said.TryGetProperty("nodeId", out var id) && id.GetString() == node && said.GetProperty("node").GetProperty("status").GetString() == status)
                return said;
    }
}
