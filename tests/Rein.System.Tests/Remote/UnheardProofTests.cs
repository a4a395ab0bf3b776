using Rein.Cli.Soak;
using Rein.Protocol.Remote;
using Rein.Steps.Processes;
using Rein.System.Tests.Host;
using Rein.Worker;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A worker that is cut off for longer than its lease, and ends what it holds meanwhile. What it found is proved through its next session.</summary>
public sealed class UnheardProofTests : IAsyncLifetime
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    readonly TestServer server = new() { Adjust = options => options with { Heartbeat = Short, Lease = 8 * Short } };

    [Fact]
    public async Task What_was_killed_in_a_silence_that_outlasts_the_lease_is_proved_as_killed_and_not_as_gone_by_itself()
    {
        await using var wire = new CutWire(new(server.Url));
        using var thread = new StopThread();
        await using var processes = new ProcessHost("test", $"cut-{Environment.ProcessId}", thread);
        var (ended, step) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ProcessStep(processes, TimeProvider.System));
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        await using var worker = await RemoteWorker.Connect(new HttpChannel(wire.Url, key), new("cut off", 1) { Pool = "cut", Silence = 3 * Short }, new()
        {
            ["process"] = async (run, stop) =>
            {
                var result = await step.Execute(run, stop);
                ended.SetResult();
                return result;
            },
        });
        var run = await Begun(""" "command": ["sh", "-c", "trap '' TERM; echo begun; while :; do sleep 0.05; done"], "items": "lines" """);

        wire.Cut();
        await server.Client.Stop(run, new() { Force = true }, cancel: Cancel);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        while ((await server.Client.ListSessions(Cancel)).Sessions.Any(session => session.Worker == "cut off"))
            await Task.Yield();
        Assert.Equal("fenced", (await server.Client.ReadReceipt(run, cancel: Cancel)).Verdict);
        wire.Heal(breaking: false);

        while ((await server.Client.ReadReceipt(run, cancel: Cancel)) is { ProvedAt: null })
            await server.Client.ReadRun(run, Short, cancel: Cancel);
        var receipt = await server.Client.ReadReceipt(run, cancel: Cancel);
        var attempt = Assert.Single(receipt.Attempts);
        Assert.Equal(("killed", "killed", 137, processes.Containment.ToString()), (receipt.Verdict, attempt.Rung, attempt.ExitCode, attempt.Containment), IgnoringCase);
    }

    static readonly IEqualityComparer<(string?, string?, int?, string?)> IgnoringCase = EqualityComparer<(string?, string?, int?, string?)>.Create(
        (one, other) => (one.Item1, one.Item2, one.Item3, one.Item4?.ToUpperInvariant()) == (other.Item1, other.Item2, other.Item3, other.Item4?.ToUpperInvariant()));

    async Task<Guid> Begun(string payload)
    {
        var run = (await server.Client.StartInline(
            new() { Definition = Graph("process", $$""", "payload": { "pool": "cut", "stop": { "graceSeconds": 0.1 }, {{payload}} }""") }, cancel: Cancel)).Id;
        while ((await server.Client.ReadItems(run, cancel: Cancel)).Items is [])
            await server.Client.ReadRun(run, Short, cancel: Cancel);
        return run;
    }

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
