using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class LoopTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    Task<RunDocument> StartLoop(int count, int width, string body, string more = "") => server.Client.StartInline(
        new()
        {
            Definition = JsonElement.Parse($$"""
                { "nodes": {
                    "root": { "type": "manual", "children": ["each"] },
                    "each": { "type": "for-each", "payload": { "items": "{{"{{$inputs.list}}"}}", "width": {{width}}{{more}} }, "loopBody": ["work"], "children": ["count"] },
                    "count": { "type": "noop", "payload": { "total": "{{"{{each.result.total}}"}}" } },
                    {{body}} } }
                """),
            Input = JsonElement.Parse($$"""{"list":[{{string.Join(',', Enumerable.Range(100, count).Select(n => $$"""{"n":{{n}}}"""))}}]}"""),
        },
        cancel: Cancel);

    const string Noop = """ "work": { "type": "noop", "payload": { "n": "{{$item.n}}", "at": "{{$index}}" } } """;

    async Task<RunDocument> End(Guid run)
    {
        var read = await server.Client.ReadRun(run, cancel: Cancel);
        while (!read.HasEnded)
            read = await server.Client.ReadRun(run, Patience, read.Revision, Cancel);
        return read;
    }

    async Task<RunDocument> Until(Guid run, Func<RunDocument, bool> holds)
    {
        var read = await server.Client.ReadRun(run, cancel: Cancel);
        while (!holds(read))
            read = await server.Client.ReadRun(run, Patience, read.Revision, Cancel);
        return read;
    }

    static StepDocument Step(RunDocument run, string id = "each") => run.Steps!.Single(step => step.Id == id);

    [Fact]
    public async Task A_loop_goes_through_its_items_on_workers_and_its_run_stays_readable()
    {
        var ended = await End((await StartLoop(450, 20, Noop)).Id);

        Assert.Equal(("succeeded", "completed", null), (ended.State, ended.Cause, ended.StepsCursor));
        Assert.Equal(["count", "each"], ended.Steps!.Select(step => step.Id));
        Assert.Equal((450, 450, 450, 0), Step(ended).Loop is { } loop ? (loop.Total, loop.Begun, loop.Done, loop.Failed) : default);
        var results = Step(ended).Result!.Value.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, 450).Select(i => (i + 100, i)), results.Select(result => (result.GetProperty("n").GetInt32(), result.GetProperty("at").GetInt32())));
        Assert.Equal(450, Step(ended, "count").Result!.Value.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Iterations_are_listed_by_their_number_page_by_page()
    {
        var run = (await End((await StartLoop(25, 5, Noop)).Id)).Id;
        var (ids, pages, cursor) = (new List<string>(), 0, (string?)null);
        do
        {
            var page = await server.Client.ListSteps(run, cursor, limit: 20, loop: "each", Cancel);
            ids.AddRange(page.Steps.Select(step => step.Id));
            (cursor, pages) = (page.Cursor, pages + 1);
        }
        while (cursor is not null);

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 25).SelectMany(i => new[] { $"each[{i}]", $"work[{i}]" }), ids);
        Assert.Equal(2 + 50, (await server.Client.ListSteps(run, limit: 1000, cancel: Cancel)).Steps.Count);
        await Refused.With(ProblemCodes.BadParameter, () => server.Client.ListSteps(run, loop: "work", cancel: Cancel));
        await Refused.With(ProblemCodes.BadCursor, () => server.Client.ListSteps(run, "x", loop: "each", cancel: Cancel));
    }

    [Fact]
    public async Task A_stop_ends_what_is_under_way_and_nothing_more_begins()
    {
        var run = (await StartLoop(50, 7, """ "work": { "type": "hold" } """)).Id;
        await Until(run, read => Step(read).Loop is { Begun: 7 });
        await Task.WhenAll(Enumerable.Range(0, 7).Select(async i =>
        {
            while ((await server.Client.ListSteps(run, loop: "each", cancel: Cancel)).Steps.Single(step => step.Id == $"work[{i}]").State is not "active")
                await server.Client.ReadRun(run, TimeSpan.FromMilliseconds(100), cancel: Cancel);
        }));

        var stop = await server.Client.Stop(run, new() { Reason = "enough", GraceSeconds = 5 }, Patience, Cancel);
        Assert.True(stop.IsGone);
        Assert.Equal(7, stop.Stop!.Attempts.Count);
        var stopped = await server.Client.ReadRun(run, cancel: Cancel);
        Assert.Equal(("stopped", (50, 7, 0)), (stopped.State, Step(stopped).Loop is { } loop ? (loop.Total, loop.Begun, loop.Done) : default));
        Assert.All((await server.Client.ListSteps(run, loop: "each", cancel: Cancel)).Steps, step => Assert.Equal("stopped", step.State));
    }

    [Fact]
    public async Task The_widest_loop_has_256_iterations_under_way_and_no_more()
    {
        var run = (await StartLoop(300, 256, """ "work": { "type": "wait" } """)).Id;
        Assert.Equal(256, Step(await Until(run, read => Step(read).Loop is { Begun: >= 256 })).Loop!.Begun);
        await server.Client.Signal(run, "work[9]", cancel: Cancel);
        Assert.Equal(257, Step(await Until(run, read => Step(read).Loop is { Done: 1 })).Loop!.Begun);
        await server.Client.Stop(run, new() { Force = true }, cancel: Cancel);
        await Refused.With(ProblemCodes.InvalidDefinition, () => StartLoop(300, 257, Noop));
    }

    [Fact]
    public async Task The_longest_loop_is_decided_to_its_end_and_one_item_more_is_too_much()
    {
        var ended = await End((await StartLoop(10_000, 1, Decided)).Id);
        Assert.Equal(("succeeded", (10_000, 10_000, 10_000, 0)), (ended.State, Step(ended).Loop is { } loop ? (loop.Total, loop.Begun, loop.Done, loop.Failed) : default));
        Assert.Equal(10_000, Step(ended).Result!.Value.GetProperty("results").EnumerateArray().Count(result => result.GetProperty("branch").GetString() == "then"));

        var refused = await End((await StartLoop(10_001, 1, Decided)).Id);
        Assert.Equal(("failed", null), (refused.State, Step(refused).Loop));
        Assert.Contains("10000 are the most", refused.Error, StringComparison.Ordinal);
    }

    const string Decided = """ "work": { "type": "if", "payload": { "condition": { "left": "{{$item.n}}", "op": "gte", "right": 100 } } } """;

    [Fact]
    public async Task A_paused_loop_goes_on_where_it_was()
    {
        var run = (await StartLoop(3, 1, """ "work": { "type": "wait", "children": ["say"] }, "say": { "type": "log", "payload": { "message": "{{$item.n}} {{work.result.data}}" } } """)).Id;
        await server.Client.Signal(run, "work[0]", JsonElement.Parse("1"), cancel: Cancel);
        await Until(run, read => Step(read).Loop is { Begun: 2 });
        await server.Client.Pause(run, "look", Cancel);
        await server.Client.Signal(run, "work[1]", JsonElement.Parse("2"), cancel: Cancel);
        Assert.Equal(2, Step(await server.Client.ReadRun(run, cancel: Cancel)).Loop!.Begun);
        await server.Client.Resume(run, Cancel);
        await Until(run, read => Step(read).Loop is { Begun: 3 });
        await server.Client.Signal(run, "work[2]", JsonElement.Parse("3"), cancel: Cancel);

        Assert.Equal("succeeded", (await End(run)).State);
        Assert.Equal(["100 1", "101 2", "102 3"], (await server.Client.ReadLogs(run, cancel: Cancel)).Logs.Select(line => line.Text.TrimEnd()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_item_without_what_the_body_reads_fails_its_iteration_and_says_what_is_missing()
    {
        var ended = await End((await StartLoop(3, 1, """ "work": { "type": "noop", "payload": { "x": "{{$item.wrong}}" } } """)).Id);

        Assert.Equal("failed", ended.State);
        Assert.Contains("$item.wrong", Step(ended).Error, StringComparison.Ordinal);
        Assert.StartsWith("each[0]: ", Step(ended).Error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (Step(ended).Loop!.Begun, Step(ended).Loop!.Failed));
    }

    [Fact]
    public async Task A_filter_and_a_loop_go_through_what_is_left()
    {
        var run = await server.Client.StartInline(
            new()
            {
                Definition = JsonElement.Parse("""
                    { "nodes": {
                        "root": { "type": "manual", "children": ["few"] },
                        "few": { "type": "filter", "payload": { "items": "{{$inputs.list}}", "where": { "left": "{{$item.n}}", "op": "gt", "right": 1 } }, "children": ["each"] },
                        "each": { "type": "for-each", "payload": { "items": "{{few.result}}", "width": 2 }, "loopBody": ["say"] },
                        "say": { "type": "log", "payload": { "message": "{{$item.n}}" } } } }
                    """),
                Input = JsonElement.Parse("""{"list":[{"n":1},{"n":2},{"n":3}]}"""),
            },
            cancel: Cancel);

        Assert.Equal("succeeded", (await End(run.Id)).State);
        Assert.Equal(["2\n", "3\n"], (await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Select(line => line.Text).Order(StringComparer.Ordinal));
    }
}
