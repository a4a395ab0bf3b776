using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class FeedTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_feed_tells_every_event_once_and_ends_with_the_run()
    {
        var run = await server.StartAndBegin("hold");
        var seen = new List<EventDocument>();
        await foreach (var change in server.Client.Watch(run.Id, cancel: Cancel))
        {
            seen.Add(change);
            if (seen.Count == 1)
                await server.Client.Stop(run.Id, new() { Reason = "seen" }, cancel: Cancel);
        }
        var lines = seen.SelectMany(change => change.Lines).ToList();
        Assert.Equal("created", lines[0].Kind);
        Assert.Equal("seen", lines.Single(line => line.Kind == "stop_requested").Reason);
        Assert.Equal(("stopped", "manual"), (lines.Single(line => line.Kind == "ended").State, lines.Single(line => line.Kind == "ended").Cause));
        Assert.Equal(seen.Select(change => change.Seq).Distinct().Order(), seen.Select(change => change.Seq));
        var page = await server.Client.ReadEvents(run.Id, cancel: Cancel);
        Assert.Equal(page.Events.Select(change => change.Seq), seen.Select(change => change.Seq));
    }

    [Fact]
    public async Task A_feed_is_taken_up_after_the_last_event_that_was_seen()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        var all = new List<long>();
        await foreach (var change in server.Client.Watch(run.Id, cancel: Cancel))
            all.Add(change.Seq);
        Assert.True(all.Count > 1);
        var text = await (await Feed(run.Id, all[0])).Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain($"id: {all[0]}\n", text, StringComparison.Ordinal);
        Assert.Contains($"id: {all[1]}\ndata: {{\"seq\":{all[1]},", text, StringComparison.Ordinal);
        Assert.EndsWith(": ended\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_with_nothing_more_to_come_says_so_to_a_browser()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        var last = 0L;
        await foreach (var change in server.Client.Watch(run.Id, cancel: Cancel))
            last = change.Seq;
        Assert.Equal(HttpStatusCode.NoContent, (await Feed(run.Id, last)).StatusCode);
    }

    [Fact]
    public async Task A_server_that_shuts_down_keeps_nobody_waiting()
    {
        await using var own = new TestServer();
        await own.InitializeAsync();
        var run = await own.StartAndBegin("hold");
        var now = await own.Client.ReadRun(run.Id, cancel: Cancel);
        var polled = own.Client.ReadRun(run.Id, TimeSpan.FromSeconds(60), now.Revision, Cancel);
        var feed = await own.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/events");
        var began = Stopwatch.GetTimestamp();
        await own.Stop();
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 15);
        Assert.Equal("running", (await polled).State);
        Assert.DoesNotContain(": ended", await feed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    Task<HttpResponseMessage> Feed(Guid run, long after) =>
        server.Send(HttpMethod.Get, $"/v1/runs/{run}/events", change: request =>
        {
            request.Headers.Accept.ParseAdd("text/event-stream");
            request.Headers.Add("Last-Event-ID", $"{after}");
        });

    [Fact]
    public async Task Events_are_to_be_had_as_lines()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var lines = (await Text($"/v1/runs/{run.Id}/events", "application/x-ndjson")).TrimEnd('\n').Split('\n');
        Assert.Equal((await server.Client.ReadEvents(run.Id, cancel: Cancel)).Events.Count, lines.Length);
        Assert.All(lines, line => Assert.True(JsonSerializer.Deserialize(line, ProtocolJson.Default.EventDocument)!.Seq > 0));
    }

    [Fact]
    public async Task Items_are_kept_through_the_stop_and_read_in_pages_and_as_lines()
    {
        var run = await server.StartAndBegin("collect");
        while ((await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(1), cancel: Cancel)).Items < 3) { }
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);

        var first = await server.Client.ReadItems(run.Id, limit: 2, cancel: Cancel);
        Assert.Equal([1L, 2L], first.Items.Select(item => item.Seq));
        Assert.Equal(2, first.Items[1].Value.GetProperty("n").GetInt32());
        var rest = await server.Client.ReadItems(run.Id, first.Cursor, 2, Cancel);
        Assert.Equal("drei", Assert.Single(rest.Items).Value.GetString());
        Assert.Null(rest.Cursor);
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n\"drei\"\n", await Text($"/v1/runs/{run.Id}/items", "application/x-ndjson"));
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n\"drei\"\n", await Text($"/v1/runs/{run.Id}/items?format=ndjson", "*/*"));
        Assert.Equal(3, (await server.Client.ReadRun(run.Id, cancel: Cancel)).Items);
    }

    [Fact]
    public async Task Logs_are_read_in_pages_and_as_text()
    {
        var run = await server.StartAndBegin("collect");
        while ((await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Count == 0)
            await server.Client.ReadRun(run.Id, TimeSpan.FromMilliseconds(100), cancel: Cancel);
        var log = Assert.Single((await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs);
        Assert.Equal(("work", "one line\n"), (log.Step, log.Text));
        Assert.Equal("one line\n", await Text($"/v1/runs/{run.Id}/logs", "text/plain"));
        Assert.Equal("one line\n", await Text($"/v1/runs/{run.Id}/logs?format=text", "*/*"));
    }

    async Task<string> Text(string path, string accept)
    {
        var response = await server.Send(HttpMethod.Get, path, change: request => request.Headers.Accept.ParseAdd(accept));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("items")]
    [InlineData("logs")]
    [InlineData("steps")]
    [InlineData("stop")]
    [InlineData("")]
    public async Task Nothing_of_a_foreign_run_is_shown(string part)
    {
        var run = await server.StartAndBegin("hold");
        using var foreign = await server.ConnectForeign();
        await Refused.With(ProblemCodes.RunNotFound, () => part switch
        {
            "events" => foreign.ReadEvents(run.Id, cancel: Cancel),
            "items" => foreign.ReadItems(run.Id, cancel: Cancel),
            "logs" => foreign.ReadLogs(run.Id, cancel: Cancel),
            "steps" => foreign.ListSteps(run.Id, cancel: Cancel),
            "stop" => foreign.ReadReceipt(run.Id, Cancel),
            _ => foreign.ReadRun(run.Id, cancel: Cancel),
        });
        Assert.Empty((await foreign.ListRuns(cancel: Cancel)).Runs);
    }
}
