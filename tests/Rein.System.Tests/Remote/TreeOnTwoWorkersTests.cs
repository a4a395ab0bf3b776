using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Protocol;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Steps;
using Rein.System.Tests.Host;
using Rein.Worker;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A run on one remote worker, and the run that it started on another.</summary>
public sealed class TreeOnTwoWorkersTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "H2 H12 A stop of a run reaches its child on another worker, its receipt lists both, and a late child is refused")]
    public async Task A_stop_reaches_both_workers_and_no_late_child_begins()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The work above hears of its stop and takes its time, so that the run is still stopping when a child comes.
        await using var above = await RemoteWorker.Connect(server, "above", new() { ["command"] = async (_, stop) =>
        {
            await release.Task;
            return StepResult.Success;
        } });
        await using var below = await RemoteWorker.Connect(server, "below", new() { ["serve"] = Hold.Execute });
        var (parent, child) = await StartTree();

        var stop = await server.Client.Stop(parent, new() { GraceSeconds = 20, Reason = "a test" }, cancel: Cancel);
        var ended = await UntilEnded(child);
        var whileStopping = await StartLate(parent);
        release.SetResult();
        await UntilEnded(parent);
        var receipt = await UntilProved(parent);

        Assert.Equal("asked", stop.Answer);
        Assert.Equal((Answer.Stopping, Answer.AlreadyEnded), (whileStopping, await StartLate(parent)));
        Assert.Equal(("stopped", "parent", "a test"), (ended.State, ended.Stop!.Origin, ended.Stop.Reason));
        Assert.Equal(1, (await server.Client.ReadRun(parent, cancel: Cancel)).Children);
        AssertTree(receipt, parent, child);
        Assert.EndsWith("remote-above", Assert.Single(receipt.Attempts).Worker, StringComparison.Ordinal);
        var belowIt = await UntilProved(child);
        Assert.EndsWith("remote-below", Assert.Single(belowIt.Attempts).Worker, StringComparison.Ordinal);
        Assert.True(belowIt.GraceEndsAt <= receipt.GraceEndsAt);
    }

    [Theory(DisplayName = "H2 A stop of a run, polite or forced, reaches what the run awaits on another worker, and not what was started detached beside it")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_stop_reaches_what_was_started_detached(bool force)
    {
        await using var above = await RemoteWorker.Connect(server, "above", new() { ["command"] = Hold.Execute });
        await using var below = await RemoteWorker.Connect(server, "below", new() { ["serve"] = Hold.Execute });
        var (parent, child, adrift) = await StartTreeWithDetached();

        await server.Client.Stop(parent, new() { GraceSeconds = 20, Force = force }, cancel: Cancel);
        var receipt = await UntilProved(parent);
        Assert.Equal(("stopped", "parent"), (await UntilEnded(child)) switch { var ended => (ended.State, ended.Stop!.Origin) });
        await UntilProved(child);

        Assert.Equal([parent, child], (await server.Client.ReadReceipt(parent, Cancel)).Tree!.Members.Select(member => member.RunId));
        Assert.EndsWith("remote-above", Assert.Single(receipt.Attempts).Worker, StringComparison.Ordinal);
        var living = await server.Client.ReadRun(adrift, cancel: Cancel);
        Assert.Equal((false, parent), (living.HasEnded, living.ParentRunId));
        Assert.Null(living.Stop);
        // A wish of its parent that came all the same would be the first, and this one no more than a second.
        Assert.Equal("asked", (await server.Client.Stop(adrift, cancel: Cancel)).Answer);
        Assert.Equal("manual", (await UntilEnded(adrift)).Stop!.Origin);
    }

    static void AssertTree(ReceiptDocument receipt, Guid parent, Guid child)
    {
        var tree = receipt.Tree!;
        Assert.Equal((2, 0, 0, true, "exited"), (tree.Runs, tree.Live, tree.Unasked, tree.IsComplete, tree.Verdict));
        Assert.Equal(
            [(parent, null, null, "stopped", "manual", "exited", 0), (child, parent, "served", "stopped", "parent", "exited", 0)],
            tree.Members.Select(member => (member.RunId, member.ParentRunId, member.Workflow, member.State, member.Origin!, member.Verdict!, member.Unproved)));
    }

    /// <summary>Both execute.</summary>
    async Task<(Guid Parent, Guid Child)> StartTree()
    {
        var parent = await Start("");
        var child = StepOf(await Until(parent, run => StepOf(run, "call")?.ChildRunId is not null), "call")!.ChildRunId!.Value;
        await UntilExecuting(child);
        return (parent, child);
    }

    /// <summary>All three execute, the two below on one worker.</summary>
    async Task<(Guid Parent, Guid Child, Guid Adrift)> StartTreeWithDetached()
    {
        var parent = await Start(""", "send": { "type": "workflow", "payload": { "workflow": "served", "detached": true } }""");
        var begun = await Until(parent, run => StepOf(run, "call")?.ChildRunId is not null && StepOf(run, "send")?.State is "succeeded");
        var (child, adrift) = (StepOf(begun, "call")!.ChildRunId!.Value, StepOf(begun, "send")!.Result!.Value.GetProperty("runId").GetGuid());
        await UntilExecuting(child);
        await UntilExecuting(adrift);
        return (parent, child, adrift);
    }

    async Task<Guid> Start(string more)
    {
        await server.Client.SaveWorkflow("served", Graph("serve", """, "payload": { "pool": "below" }"""), cancel: Cancel);
        var parent = (await server.Client.StartInline(new()
        {
            Definition = JsonElement.Parse($$"""
                { "nodes": {
                    "root": { "type": "manual", "children": ["work", "call"{{(more.Length == 0 ? "" : ", \"send\"")}}] },
                    "work": { "type": "command", "payload": { "pool": "above" } },
                    "call": { "type": "workflow", "payload": { "workflow": "served" } }{{more}} } }
                """),
        }, cancel: Cancel)).Id;
        await UntilExecuting(parent);
        return parent;
    }

    async Task<RunDocument> Until(Guid id, Func<RunDocument, bool> isSo)
    {
        var run = await server.Client.ReadRun(id, cancel: Cancel);
        while (!isSo(run))
            run = await server.Client.ReadRun(id, Patience, run.Revision, Cancel);
        return run;
    }

    static StepDocument? StepOf(RunDocument run, string id) => run.Steps!.SingleOrDefault(step => step.Id == id);

    async Task UntilExecuting(Guid run)
    {
        await foreach (var change in server.Client.Watch(run, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind is "step_assigned"))
                break;
    }

    Task<RunDocument> UntilEnded(Guid id) => Until(id, run => run.HasEnded);

    async Task<ReceiptDocument> UntilProved(Guid id)
    {
        Assert.True((await server.Client.Stop(id, wait: Patience, cancel: Cancel)).IsGone);
        return await server.Client.ReadReceipt(id, Cancel);
    }

    /// <summary>As the duty does that starts children, on the same store; from a step that was on its way when the stop came.</summary>
    async Task<Answer> StartLate(Guid parent)
    {
        await using var unit = await server.Stores.Runs.Begin(Cancel);
        var organization = (await unit.LockRuns([parent], wait: true, Cancel)).Runs[parent].Organization;
        var definition = Definition.Parse(Encoding.UTF8.GetBytes(Graph("noop").GetRawText()), KindCatalog.BuiltIn).Value!;
        var child = new StartRun { Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Organization = organization, Definition = definition, Actor = $"run:{parent}" };
        var work = new CommandWork(null, new StartChild(parent, child));
        var batch = new Batch([work], new CapacityBook(), new(Rules.Default, new(server.Stores.Secrets, null, TimeProvider.System)), mayClaim: false, NullLogger.Instance);
        await batch.Decide(unit, wait: true, Cancel);
        return work.Answer!.Answer;
    }
}
