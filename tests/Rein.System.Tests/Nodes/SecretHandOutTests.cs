using System.Text.Json;
using Rein.Core.Runs;
using Rein.Server.Secrets;
using Rein.Worker;

namespace Rein.System.Tests.Nodes;

/// <summary>A step is given its secrets however it comes to its worker, on either store.</summary>
public sealed class SecretHandOutTests
{
    const string Value = "a value that nobody keeps";

    const string Definition =
        """{ "nodes": { "root": { "type": "manual", "children": ["use"] }, "use": { "type": "use", "payload": { "token": "{{$secrets.TOKEN}}", "maxAttempts": 2, "backoff": { "initialSeconds": 0.01 } } } } }""";

    static readonly SecretKeys s_keys = SecretKeys.Parse(SecretKeys.Draw());

    [Fact]
    public async Task In_the_commit_of_its_start_and_again_at_a_retry()
    {
        var (setup, given) = Setup();
        await using var node = await TestNode.Start(setup);
        await Keep(node);
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(await node.StartRun(Definition))).State);
        Assert.Equal([Value, Value], given);
    }

    [Fact]
    public async Task From_the_queue_when_a_worker_comes()
    {
        var (setup, given) = Setup();
        await using var node = await TestNode.Start(setup with { Capacity = 0 });
        await Keep(node);
        var run = await node.StartRun(Definition);
        await node.StartWorker();
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(run)).State);
        Assert.Equal([Value, Value], given);
    }

    [Fact]
    public async Task On_a_database_that_nodes_share_in_no_column_of_which_it_stands_afterwards()
    {
        var (setup, given) = Setup();
        await using var cluster = await TestCluster.Start(2, setup);
        var node = cluster.Nodes[0];
        await Keep(node);
        var run = await node.StartRun(Definition);
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(run)).State);
        Assert.Equal([Value, Value], given);

        Assert.Empty(((string[])["events.lines", "items.json", "logs.text", "steps.error"]).Except(await cluster.ColumnsWith("before *** behind")));
        Assert.Empty(await cluster.ColumnsWith(Value));
    }

    [Fact]
    public async Task A_node_that_was_not_given_the_key_fails_the_step_and_says_which()
    {
        var (setup, given) = Setup();
        await using var node = await TestNode.Start(setup with { Options = setup.Options with { SecretKeys = SecretKeys.Parse(SecretKeys.Draw()) } });
        await Keep(node);
        var run = await node.UntilEnded(await node.StartRun(Definition));
        Assert.Equal(RunState.Failed, run.State);
        Assert.Equal($"The secret 'TOKEN' cannot be read: it was sealed under the key {s_keys.CurrentId}, which this server was not given.", run.Error);
        Assert.Empty(given);
    }

    static Task<bool> Keep(TestNode node) =>
        node.Stores.Secrets.Put(s_keys.Seal(node.Organization, "TOKEN", Value, TimeProvider.System.GetUtcNow()), null, CancellationToken.None);

    static (NodeSetup Setup, List<string> Given) Setup()
    {
        var given = new List<string>();
        return (new() { Options = NodeSetup.Quick with { SecretKeys = s_keys }, Handlers = { ["use"] = Use } }, given);

        async Task<StepResult> Use(RunContext run, CancellationToken stop)
        {
            var token = JsonElement.Parse(run.Payload.Span).GetProperty("token").GetString()!;
            lock (given)
                given.Add(token);
            var said = $"before {token} behind";
            await run.Log.Write(said);
            await run.Items.AddText(said);
            run.Progress(0.5, said);
            await run.Checkpoint(said);
            return run.Try == 1 ? StepResult.Failure(said) : StepResult.SuccessWith(JsonSerializer.SerializeToUtf8Bytes(said));
        }
    }
}
