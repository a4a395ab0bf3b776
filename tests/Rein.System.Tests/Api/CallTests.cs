using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

/// <summary>Steps of kind `workflow`: runs that start runs.</summary>
public sealed class CallTests(TestServer server) : IClassFixture<TestServer>
{
    Task<RunDocument> Start(string payload, string more = "") => server.Client.StartInline(
        new() { Definition = JsonElement.Parse($$"""{ "nodes": { "root": { "type": "manual", "children": ["call"] }, "call": { "type": "workflow", "payload": {{payload}}, "children": ["say"] }, "say": { "type": "log", "payload": { "message": "{{"{{call.result.runId}}"}}" } } } }""") },
        cancel: Cancel);

    async Task<RunDocument> End(Guid run)
    {
        await foreach (var _ in server.Client.Watch(run, cancel: Cancel)) { }
        return await server.Client.ReadRun(run, cancel: Cancel);
    }

    async Task<Guid> ChildOf(RunDocument parent)
    {
        await foreach (var change in server.Client.Watch(parent.Id, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "child_started"))
                break;
        return (await server.Client.ListSteps(parent.Id, cancel: Cancel)).Steps.Single(step => step.Id == "call").ChildRunId!.Value;
    }

    [Fact]
    public async Task A_step_starts_the_latest_version_of_a_workflow_with_its_input_and_ends_with_it()
    {
        await server.Client.SaveWorkflow("greet", JsonElement.Parse(
            """
            { "nodes": { "root": { "type": "manual", "children": ["say"] }, "say": { "type": "log", "payload": { "message": "hello {{$inputs.name}}" } } },
              "inputSchema": [ { "key": "name", "type": "string", "required": true } ] }
            """), cancel: Cancel);
        var parent = await Start("""{ "workflow": "greet", "input": { "name": "Ada" } }""");
        var ended = await End(parent.Id);
        Assert.Equal(("succeeded", null), (ended.State, ended.Error));
        var step = ended.Steps!.Single(step => step.Id == "call");
        Assert.Equal("succeeded", step.Result!.Value.GetProperty("state").GetString());
        Assert.Equal("hello Ada", (await server.Client.ReadLogs(step.ChildRunId!.Value, cancel: Cancel)).Logs.Single().Text.TrimEnd());
    }

    [Fact]
    public async Task A_child_that_fails_fails_its_step_and_the_run_goes_on_where_that_is_tolerated()
    {
        var broken = await server.Save("leak", """, "payload": { "text": "x", "fails": true }""");
        var strict = await End((await Start($$"""{ "workflow": "{{broken}}" }""")).Id);
        Assert.Equal(("failed", "error"), (strict.State, strict.Cause));
        var ended = await End((await Start($$"""{ "workflow": "{{broken}}", "onFailure": "continue" }""")).Id);
        Assert.Equal(("succeeded", "partial"), (ended.State, ended.Cause));
        var step = ended.Steps!.Single(step => step.Id == "call");
        Assert.Equal(("failed", "failed"), (step.State, step.Result!.Value.GetProperty("state").GetString()));
        Assert.Equal($"{step.ChildRunId}", (await server.Client.ReadLogs(ended.Id, cancel: Cancel)).Logs.Single().Text.TrimEnd());
    }

    [Fact]
    public async Task A_stop_of_the_parent_stops_the_child_that_it_waits_for()
    {
        var parent = await Start($$"""{ "workflow": "{{await server.Save("hold")}}" }""");
        var child = await ChildOf(parent);
        await server.Client.Stop(parent.Id, cancel: Cancel);
        var ended = await End(child);
        Assert.Equal(("stopped", "parent"), (ended.State, ended.Cause));
    }

    [Fact]
    public async Task A_run_that_nobody_waits_for_outlives_its_parent_and_its_stop()
    {
        var parent = await Start($$"""{ "workflow": "{{await server.Save("hold")}}", "detached": true }""");
        var ended = await End(parent.Id);
        Assert.Equal("succeeded", ended.State);
        var child = Guid.Parse((await server.Client.ReadLogs(parent.Id, cancel: Cancel)).Logs.Single().Text);
        Assert.Equal("already_ended", (await server.Client.Stop(parent.Id, new() { Force = true }, cancel: Cancel)).Answer);
        Assert.False((await server.Client.ReadRun(child, cancel: Cancel)).HasEnded);
        await server.Client.Stop(child, new() { Force = true }, cancel: Cancel);
    }

    [Theory]
    [InlineData("""{ "workflow": "nobody" }""", "there is no workflow 'nobody'")]
    [InlineData("""{ "workflow": "needy" }""", "the workflow 'needy' cannot be started")]
    public async Task What_cannot_be_started_fails_the_step_and_says_why(string payload, string why)
    {
        await server.Client.SaveWorkflow("needy", JsonElement.Parse(
            """{ "nodes": { "root": { "type": "manual" } }, "inputSchema": [ { "key": "name", "type": "string", "required": true } ] }"""), cancel: Cancel);
        var ended = await End((await Start(payload)).Id);
        Assert.Equal("failed", ended.State);
        Assert.StartsWith(why, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_that_starts_itself_ends_when_it_is_too_deep()
    {
        await server.Client.SaveWorkflow("self", JsonElement.Parse(
            """{ "nodes": { "root": { "type": "manual", "children": ["again"] }, "again": { "type": "workflow", "payload": { "workflow": "self" } } } }"""), cancel: Cancel);
        var ended = await End((await server.Client.Start("self", cancel: Cancel)).Id);
        Assert.Equal("failed", ended.State);
        Assert.Equal(16, (await server.Client.ListRuns(new() { Workflow = "self" }, Cancel)).Runs.Count);
    }

    [Fact]
    public async Task A_limit_of_one_does_not_wait_for_itself_below_whoever_holds_it()
    {
        await server.Client.SaveWorkflow("inner", JsonElement.Parse("""{ "nodes": { "root": { "type": "manual" } } }"""), cancel: Cancel);
        await server.Client.SaveWorkflow("twice", JsonElement.Parse(
            """
            { "nodes": { "root": { "type": "manual", "children": ["which"] },
              "which": { "type": "if", "payload": { "condition": { "left": "{{$inputs.again || false}}", "op": "eq", "right": true } }, "children": ["call"] },
              "call": { "type": "workflow", "branch": "then", "payload": { "workflow": "twice" } } } }
            """), maxRunning: 1, cancel: Cancel);
        var run = await server.Client.Start("twice", new() { Input = JsonElement.Parse("""{ "again": true }""") }, cancel: Cancel);
        Assert.Equal("succeeded", (await End(run.Id)).State);
    }

    [Fact]
    public async Task Below_a_run_that_nobody_waits_for_the_slot_is_not_lent()
    {
        await server.Client.SaveWorkflow("between", JsonElement.Parse(
            """{ "nodes": { "root": { "type": "manual", "children": ["call"] }, "call": { "type": "workflow", "payload": { "workflow": "single" } } } }"""), cancel: Cancel);
        await server.Client.SaveWorkflow("single", JsonElement.Parse(
            """
            { "nodes": { "root": { "type": "manual", "children": ["call", "work"] }, "work": { "type": "hold" },
              "call": { "type": "workflow", "payload": { "workflow": "between", "detached": true } } } }
            """), maxRunning: 1, cancel: Cancel);
        var holder = await server.Client.Start("single", cancel: Cancel);
        var between = await FirstOf("between", _ => true);
        var below = await FirstOf("single", run => run.Id != holder.Id);
        Assert.Equal("workflow:single", Assert.Single(below.BlockedBy!).Key);

        await server.Client.Stop(holder.Id, new() { Force = true }, cancel: Cancel);
        Assert.False((await server.Client.ReadRun(between.Id, cancel: Cancel)).HasEnded);
        while (below.IsBlocked)
            below = await server.Client.ReadRun(below.Id, TimeSpan.FromSeconds(30), below.Revision, Cancel);
        await server.Client.Stop(between.Id, new() { Force = true }, cancel: Cancel);
        Assert.Equal(("stopped", "parent"), (await End(below.Id)) switch { var ended => (ended.State, ended.Cause) });
    }

    async Task<RunDocument> FirstOf(string workflow, Func<RunDocument, bool> isSought)
    {
        while (true)
        {
            if ((await server.Client.ListRuns(new() { Workflow = workflow }, Cancel)).Runs.FirstOrDefault(isSought) is { } found)
                return await server.Client.ReadRun(found.Id, cancel: Cancel);
            Cancel.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_clean_up_starts_no_runs()
    {
        var refused = await Refused.With(ProblemCodes.InvalidDefinition, () => server.Client.SaveWorkflow("tidy", JsonElement.Parse(
            """{ "nodes": { "root": { "type": "manual" }, "call": { "type": "workflow", "payload": { "workflow": "x", "finally": true } } } }"""), cancel: Cancel));
        Assert.Contains("starts no runs", refused.Detail, StringComparison.Ordinal);
    }
}
