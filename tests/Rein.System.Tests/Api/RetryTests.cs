using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class RetryTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>The second step needs what the input names, and the first says what it was given.</summary>
    const string Two = """
        { "nodes": {
          "root": { "type": "manual", "children": ["first"] },
          "first": { "type": "leak", "payload": { "text": "{{root.result.name}}" }, "children": ["second"] },
          "second": { "type": "leak", "payload": { "text": "{{first.result.text}}", "fails": true } } },
          "inputSchema": [{ "key": "name", "type": "string", "required": true }] }
        """;

    async Task<RunDocument> Ended(RunDocument run)
    {
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        return await server.Client.ReadRun(run.Id, cancel: Cancel);
    }

    async Task<RunDocument> Failed() => await Ended(await server.Client.StartInline(
        new()
        {
            Definition = JsonElement.Parse(Two), Input = JsonElement.Parse("""{"name":"ada"}"""), Labels = new Dictionary<string, string> { ["of"] = "test" },
            Priority = 3, DeadlineSeconds = 600, Pool = null,
        }, cancel: Cancel));

    [Fact]
    public async Task From_the_failure_a_new_run_keeps_what_succeeded_and_does_the_rest()
    {
        var failed = await Failed();
        Assert.Equal("failed", failed.State);
        var again = await server.Client.Retry(failed.Id, cancel: Cancel);
        Assert.Equal((failed.Id, 3), (again.SourceRunId, again.Priority));
        Assert.Equal("test", again.Labels["of"]);
        Assert.NotEqual(failed.Id, again.Id);
        var ended = await Ended(again);
        var (first, second) = (ended.Steps!.Single(step => step.Id == "first"), ended.Steps!.Single(step => step.Id == "second"));
        Assert.Equal(("succeeded", "ada", null), (first.State, first.Result!.Value.GetProperty("text").GetString(), first.Attempt));
        Assert.Equal(("failed", "It broke over ada."), (second.State, second.Error));
        Assert.NotNull(second.Attempt);
        var lines = (await server.Client.ReadEvents(again.Id, cancel: Cancel)).Events.SelectMany(change => change.Lines);
        Assert.Equal("first", Assert.Single(lines, line => line.Kind == "step_kept").Step);
        Assert.Equal("failed", (await server.Client.ReadRun(failed.Id, cancel: Cancel)).State);
    }

    [Fact]
    public async Task From_the_start_everything_is_done_again_with_the_same_input()
    {
        var again = await Ended(await server.Client.Retry((await Failed()).Id, "start", cancel: Cancel));
        Assert.All(again.Steps!, step => Assert.NotNull(step.Attempt));
        Assert.Equal("ada", again.Steps!.Single(step => step.Id == "first").Result!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task From_a_checkpoint_a_step_goes_on_where_it_was()
    {
        var failed = await Ended(await server.Client.StartInline(new() { Definition = Graph("halfway") }, cancel: Cancel));
        Assert.Equal("failed", failed.State);
        var anew = await Ended(await server.Client.Retry(failed.Id, "failure", cancel: Cancel));
        Assert.Equal("failed", anew.State);
        var on = await Ended(await server.Client.Retry(failed.Id, "checkpoint", cancel: Cancel));
        Assert.Equal(("succeeded", 7), (on.State, Assert.Single(on.Steps!).Result!.Value.GetProperty("page").GetInt32()));
    }

    [Theory]
    [InlineData("noop", "leak", 0)]
    [InlineData("leak", "noop", 2)]
    public async Task A_loop_is_kept_whole_or_done_again(string inside, string behind, int iterations)
    {
        var failed = await Ended(await server.Client.StartInline(
            new()
            {
                Definition = JsonElement.Parse($$"""
                    { "nodes": {
                      "root": { "type": "manual", "children": ["each"] },
                      "each": { "type": "for-each", "payload": { "items": [1, 2], "width": 2 }, "loopBody": ["work"], "children": ["last"] },
                      "work": { "type": "{{inside}}", "payload": { "text": "x", "fails": true } },
                      "last": { "type": "{{behind}}", "payload": { "text": "x", "fails": true } } } }
                    """),
            }, cancel: Cancel));
        Assert.Equal("failed", failed.State);
        var again = await Ended(await server.Client.Retry(failed.Id, cancel: Cancel));
        Assert.Equal("failed", again.State);
        Assert.Equal(iterations, (await server.Client.ListSteps(again.Id, cancel: Cancel)).Steps.Count(step => step.Id.StartsWith("work[", StringComparison.Ordinal)));
        Assert.Equal(2, again.Steps!.Single(step => step.Id == "each").Result!.Value.GetProperty("total").GetInt32());
    }

    /// <summary>Where nothing else went wrong, it is what is retried; where the run had gone on from it and failed behind it, it is kept.</summary>
    [Theory]
    [InlineData("noop", "succeeded", 2)]
    [InlineData("leak", "failed", 0)]
    public async Task A_loop_that_went_on_over_a_failure_is_done_again_as_a_whole_or_kept(string behind, string state, int iterations)
    {
        var first = await Ended(await server.Client.StartInline(
            new()
            {
                Definition = JsonElement.Parse($$"""
                    { "nodes": {
                      "root": { "type": "manual", "children": ["each"] },
                      "each": { "type": "for-each", "payload": { "items": [1, 2], "onFailure": "continue" }, "loopBody": ["which"], "children": ["last"] },
                      "which": { "type": "if", "payload": { "condition": { "left": "{{"{{$item}}"}}", "op": "eq", "right": 1 } }, "children": ["bad", "good"] },
                      "bad": { "type": "leak", "branch": "then", "payload": { "text": "x", "fails": true } }, "good": { "type": "noop", "branch": "else" },
                      "last": { "type": "{{behind}}", "payload": { "text": "x", "fails": true } } } }
                    """),
            }, cancel: Cancel));
        Assert.Equal((state, "partial"), (first.State, first.Cause));
        var again = await Ended(await server.Client.Retry(first.Id, cancel: Cancel));
        Assert.Equal((state, "partial"), (again.State, again.Cause));
        var steps = (await server.Client.ListSteps(again.Id, cancel: Cancel)).Steps;
        Assert.Equal(iterations, steps.Count(step => step.Id.StartsWith("each[", StringComparison.Ordinal)));
        var result = steps.Single(step => step.Id == "each").Result!.Value;
        Assert.Equal((2, 1), (result.GetProperty("done").GetInt32(), result.GetProperty("failed").GetInt32()));
        Assert.NotNull(steps.Single(step => step.Id == "last").Attempt);
    }

    [Fact]
    public async Task What_lies_in_the_body_of_a_loop_is_not_even_read()
    {
        var failed = await Ended(await server.Client.StartInline(
            new()
            {
                Definition = JsonElement.Parse("""
                    { "nodes": {
                      "root": { "type": "manual", "children": ["each"] },
                      "each": { "type": "for-each", "payload": { "items": [1, 2], "width": 2 }, "loopBody": ["work"], "children": ["last"] },
                      "work": { "type": "noop" },
                      "last": { "type": "leak", "payload": { "text": "x", "fails": true } } } }
                    """),
            }, cancel: Cancel));
        await server.BreakStore($"UPDATE steps SET session = X'00' WHERE run = {Literal(failed.Id)} AND id = 'work[0]'");

        var again = await Ended(await server.Client.Retry(failed.Id, cancel: Cancel));
        Assert.Equal(("failed", "It broke over x."), (again.State, again.Steps!.Single(step => step.Id == "last").Error));
    }

    [Fact]
    public async Task A_run_of_the_servers_own_is_repeated_by_nobody_else()
    {
        var drill = await Ended(await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel));
        await server.BreakStore($"INSERT INTO labels (run, name, value, org) SELECT id, 'rein:drill', 'default', org FROM runs WHERE id = {Literal(drill.Id)}");

        foreach (var from in new[] { "start", "failure", "checkpoint" })
            await Refused.With(ProblemCodes.NotNow, () => server.Client.Retry(drill.Id, from, cancel: Cancel));
    }

    [Fact]
    public async Task One_whose_results_are_too_much_to_be_taken_over_is_repeated_from_the_start_alone()
    {
        var failed = await Failed();
        // Written behind the back of the trigger that keeps it; by other ways it is 65 results.
        await server.BreakStore($"""
            DROP TRIGGER IF EXISTS steps_stay_ended;
            UPDATE steps SET result = '"' || hex(zeroblob({32 << 20})) || '"' WHERE run = {Literal(failed.Id)} AND id = 'first'
            """);
        await Refused.With(ProblemCodes.RetryTooLarge, () => server.Client.Retry(failed.Id, cancel: Cancel));
        await server.BreakStore($"UPDATE steps SET result = NULL WHERE run = {Literal(failed.Id)} AND id = 'first'");
        Assert.Equal("failed", (await Ended(await server.Client.Retry(failed.Id, "start", cancel: Cancel))).State);
    }

    [Fact]
    public async Task One_that_names_a_secret_that_is_gone_is_not_begun_by_any_way()
    {
        await server.Client.PutSecret("ONCE", "a secret of once", Cancel);
        var failed = await Ended(await server.Client.StartInline(
            new() { Definition = Graph("leak", """, "payload": { "text": "{{$secrets.ONCE}}", "fails": true }""") }, cancel: Cancel));
        await server.Client.RemoveSecret("ONCE", Cancel);
        foreach (var from in new[] { "start", "failure" })
        {
            var refused = await Refused.With(ProblemCodes.UnknownSecret, () => server.Client.Retry(failed.Id, from, cancel: Cancel));
            Assert.Equal("There is no secret 'ONCE'.", Assert.Single(refused.Errors!).Message);
        }
        Assert.DoesNotContain((await server.Client.ListRuns(cancel: Cancel)).Runs, run => run.SourceRunId == failed.Id);
    }

    [Fact]
    public async Task One_whose_definition_cannot_be_read_any_more_is_not_repeated()
    {
        var failed = await Failed();
        await server.BreakStore($"UPDATE runs SET definition = zeroblob(32) WHERE id = {Literal(failed.Id)}");
        foreach (var from in new[] { "start", "failure", "checkpoint" })
            Assert.Contains("definition", (await Refused.With(ProblemCodes.NotNow, () => server.Client.Retry(failed.Id, from, cancel: Cancel))).Detail, StringComparison.Ordinal);
    }

    static string Literal(Guid id) => $"X'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'";

    [Fact]
    public async Task A_stopped_run_goes_on_in_another_and_stays_stopped()
    {
        var run = await server.StartAndBegin("hold");
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var again = await server.Client.Retry(run.Id, cancel: Cancel);
        Assert.Equal("stopped", (await server.Client.ReadRun(run.Id, cancel: Cancel)).State);
        Assert.True((await server.Client.Stop(again.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel)).IsGone);
    }

    [Fact]
    public async Task One_that_finds_its_limit_full_waits_and_then_goes_on_from_where_it_was()
    {
        var failed = await Ended(await server.Client.StartInline(
            new() { Definition = JsonElement.Parse(Two), Input = JsonElement.Parse("""{"name":"ada"}"""), LimitKey = "retry" }, cancel: Cancel));
        await server.Client.PutLimit("retry", 1, Cancel);
        var holder = await server.Client.StartInline(new() { Definition = Graph("hold"), LimitKey = "retry" }, cancel: Cancel);
        var again = await server.Client.Retry(failed.Id, cancel: Cancel);
        Assert.True(again.IsBlocked);
        await server.Client.Stop(holder.Id, cancel: Cancel);
        var ended = await Ended(again);
        Assert.Equal("failed", ended.State);
        Assert.Null(ended.Steps!.Single(step => step.Id == "first").Attempt);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_why()
    {
        var live = await server.StartAndBegin("hold");
        await Refused.With(ProblemCodes.RunNotEnded, () => server.Client.Retry(live.Id, cancel: Cancel));
        await server.Client.Stop(live.Id, cancel: Cancel);
        var done = await Ended(await server.Client.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel));
        await Refused.With(ProblemCodes.NothingToRetry, () => server.Client.Retry(done.Id, cancel: Cancel));
        Assert.Equal(done.Id, (await server.Client.Retry(done.Id, "start", cancel: Cancel)).SourceRunId);
        var refused = await Refused.With(ProblemCodes.NoCheckpoint, async () => await server.Client.Retry((await Failed()).Id, "checkpoint", cancel: Cancel));
        Assert.Contains("second", refused.Detail, StringComparison.Ordinal);
        using var foreign = await server.ConnectForeign();
        await Refused.With(ProblemCodes.RunNotFound, () => foreign.Retry(done.Id, "start", cancel: Cancel));
    }

    [Fact]
    public async Task The_same_request_under_one_key_starts_one_run()
    {
        var failed = await Failed();
        var first = await server.Client.Retry(failed.Id, idempotencyKey: "again", cancel: Cancel);
        Assert.Equal(first.Id, (await server.Client.Retry(failed.Id, idempotencyKey: "again", cancel: Cancel)).Id);
        await Refused.With(ProblemCodes.IdempotencyKeyReused, () => server.Client.Retry(failed.Id, "start", "again", Cancel));
    }
}
