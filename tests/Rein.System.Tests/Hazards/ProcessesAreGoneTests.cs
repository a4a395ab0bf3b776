using System.Globalization;
using Rein.Core.Runs;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Hazards;

public sealed class ProcessesAreGoneTests
{
    [Fact(DisplayName = "H2 A stopped run's process and its child are gone, and so are their side effects")]
    public async Task A_stopped_process_leaves_nothing_behind()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """
            { "command": ["sh", "-c", "sleep 1000 & echo $!; echo $$; trap '' TERM; while :; do sleep 0.05; done"], "items": "lines" }
            """));
        var pids = await UntilItems(node, run, 2);

        await node.Stop(run, graceSeconds: 0.1);
        var proved = await node.UntilProved(run);

        Assert.Equal((RunState.Stopped, Verdict.Killed), (proved.State, proved.Verdict));
        Assert.All(pids, pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} lives"));
        var attempt = Assert.Single(await node.Attempts(run)).Attempt;
        Assert.Equal((Rung.Killed, 137), (attempt.Proof!.Rung, attempt.Proof.ExitCode));
        Assert.Equal(2, proved.Items);
    }

    [Fact(DisplayName = "H4 A process that was stopped with SIGSTOP hears the stop")]
    public async Task A_suspended_process_is_stopped()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """{ "command": ["sh", "-c", "echo $$; kill -STOP $$"], "items": "lines" }"""));
        var pid = Assert.Single(await UntilItems(node, run, 1));

        await node.Stop(run, graceSeconds: 5);
        var proved = await node.UntilProved(run);

        Assert.Equal((RunState.Stopped, Verdict.Exited), (proved.State, proved.Verdict));
        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact(DisplayName = "A process succeeds with its exit code, its lines as items and its errors in the log")]
    public async Task A_process_succeeds()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """
            { "command": ["sh", "-c", "cat; echo oops >&2; echo $GREETING"], "stdin": "one\ntwo\n", "environment": { "GREETING": "hello" }, "items": "lines" }
            """));

        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Succeeded, Cause.Completed), (ended.State, ended.Cause));
        Assert.Equal(["\"one\"", "\"two\"", "\"hello\""], await node.Items(run));
        Assert.Equal("oops\n", await node.Logs(run));
    }

    [Fact(DisplayName = "A process that fails is tried again as often as its node says, and its error says how it ended")]
    public async Task A_failing_process_is_tried_again()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """
            { "command": ["sh", "-c", "exit 3"], "maxAttempts": 3, "backoff": { "initialSeconds": 0.01 } }
            """));

        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Failed, Cause.Error), (ended.State, ended.Cause));
        Assert.Contains("exited with 3", ended.Error);
        Assert.Equal(3, (await node.Attempts(run)).Count);
    }

    [Fact(DisplayName = "A step whose time is up is ended by the ladder and fails as timed out")]
    public async Task A_step_times_out()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """
            { "command": ["sleep", "1000"], "timeoutSeconds": 0.2, "stop": { "graceSeconds": 1 } }
            """));

        var ended = await node.UntilEnded(run);

        Assert.Equal((RunState.Failed, Cause.Error), (ended.State, ended.Cause));
        var attempt = Assert.Single(await node.Attempts(run)).Attempt;
        Assert.Equal((Outcome.TimedOut, Rung.Terminated), (attempt.Outcome, attempt.Proof!.Rung));
    }

    [Fact(DisplayName = "A command that does not exist fails with a sentence that names it")]
    public async Task A_missing_command_is_named()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Process("no-such-program-here"));

        var ended = await node.UntilEnded(run);

        Assert.Equal(RunState.Failed, ended.State);
        Assert.Contains("no-such-program-here", ended.Error);
    }

    static async Task<IReadOnlyList<int>> UntilItems(TestNode node, Guid run, int count)
    {
        IReadOnlyList<string> items = [];
        await node.UntilAsync(run, async () => (items = await node.Items(run)).Count >= count);
        return [.. items.Select(item => int.Parse(item.Trim('"'), CultureInfo.InvariantCulture))];
    }
}
