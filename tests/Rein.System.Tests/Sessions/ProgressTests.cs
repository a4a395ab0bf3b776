using System.Net;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Sessions;

public sealed class ProgressTests : IAsyncLifetime
{
    readonly TestServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    [Fact]
    public async Task How_far_an_attempt_is_comes_with_the_live_feed_and_is_read_with_its_step()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("paging") }, cancel: Cancel);
        var notes = new List<string?>();
        var (first, between) = (new AttemptDocument(), default(string));
        await foreach (var change in server.Client.Watch(run.Id, cancel: Cancel))
        {
            if (change.Progress is not { } progress)
                continue;
            var said = Assert.Single(progress);
            Assert.Equal(("work", change.Lines.Count), (said.Step, 0));
            notes.Add(said.Note);
            if (said.Note == "page 2")
                break;
            first = await AttemptOf(run.Id);
            between = await TagOf(run.Id);
            server.Release();
        }

        Assert.Equal(["page 1", "page 2"], notes);
        Assert.Equal((0.1, "page 1"), (first.Progress!.Fraction, first.Progress.Note));
        Assert.True(first.Progress.At >= first.AssignedAt);
        Assert.Equal((0.2, "page 2"), ((await AttemptOf(run.Id)).Progress!.Fraction, (await AttemptOf(run.Id)).Progress!.Note));
        Assert.NotEqual(between, await TagOf(run.Id));
        var listed = await server.Client.ListSteps(run.Id, cancel: Cancel);
        Assert.Equal("page 2", listed.Steps.Single(step => step.Id == "work").Attempt!.Progress!.Note);
        Assert.All((await server.Client.ReadEvents(run.Id, cancel: Cancel)).Events, change => Assert.Null(change.Progress));
        await server.Client.Stop(run.Id, cancel: Cancel);
    }

    [Fact]
    public async Task Who_joins_later_is_told_how_far_it_is_as_an_event_of_its_own_type_without_an_id()
    {
        server.Release();
        var run = await server.Client.StartInline(new() { Definition = Graph("paging") }, cancel: Cancel);
        await foreach (var change in server.Client.Watch(run.Id, cancel: Cancel))
            if (change.Progress is [{ Note: "page 2" }])
                break;

        var feed = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/events?after=1000");
        using var lines = new StreamReader(await feed.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("event: progress", await lines.ReadLineAsync(Cancel));
        Assert.Contains("\"note\":\"page 2\"", await lines.ReadLineAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("", await lines.ReadLineAsync(Cancel));
        await server.Client.Stop(run.Id, cancel: Cancel);
    }

    async Task<AttemptDocument> AttemptOf(Guid run) => (await server.Client.ReadRun(run, cancel: Cancel)).Steps!.Single(step => step.Id == "work").Attempt!;

    async Task<string?> TagOf(Guid run)
    {
        using var response = await server.Send(HttpMethod.Get, $"/v1/runs/{run}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.ETag?.Tag;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
