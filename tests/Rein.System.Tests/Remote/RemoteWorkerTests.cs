using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.Steps;
using Rein.System.Tests.Host;
using Rein.Worker;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>The channel over HTTP, with a real worker at its other end.</summary>
public sealed class RemoteWorkerTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_remote_worker_executes_steps_and_what_it_says_arrives_as_it_was_said()
    {
        await using var worker = await RemoteWorker.Connect(server, "talking", new()
        {
            ["talk"] = async (run, _) =>
            {
                await run.Items.Add("{\n \"n\": 1.50,\n \"text\": \"ü\\n\\u0000\" }"u8.ToArray());
                await run.Items.AddText("zwei");
                await run.Log.Write("a line with \"quotes\" and a tab\t");
                await run.Usage.Add(0.25m);
                return StepResult.SuccessWith(run.Payload);
            },
        });

        var run = await Start("talking", "talk", """{ "pool": "talking", "deep": { "a": [1, 2.50, "x"] } }""");
        await Until(run.Id, "ended");

        Assert.Equal("succeeded", (await server.Client.ReadRun(run.Id, cancel: Cancel)).State);
        Assert.Equal(["{\"n\":1.50,\"text\":\"ü\\n\\u0000\"}", "\"zwei\""], (await server.Client.ReadItems(run.Id, cancel: Cancel)).Items.Select(item => item.Value.GetRawText()));
    }

    [Fact]
    public async Task A_stop_reaches_the_token_of_a_remote_worker_and_is_proved()
    {
        await using var worker = await RemoteWorker.Connect(server, "holding", new() { ["grip"] = Hold.Execute });
        var run = await Start("holding", "grip", """{ "pool": "holding" }""");
        await Until(run.Id, "step_assigned");

        var stopped = await server.Client.Stop(run.Id, new() { Reason = "a test" }, wait: TimeSpan.FromSeconds(30), cancel: Cancel);

        Assert.Equal(("exited", "asked"), (stopped.Stop!.Verdict, stopped.Stop.Rung));
    }

    Task<RunDocument> Start(string pool, string kind, string payload) =>
        server.Client.StartInline(new() { Definition = Graph(kind, $", \"payload\": {payload}") }, cancel: Cancel);

    async Task Until(Guid run, string line)
    {
        await foreach (var change in server.Client.Watch(run, cancel: Cancel))
            if (change.Lines.Any(said => said.Kind == line))
                return;
    }
}
