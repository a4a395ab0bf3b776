using System.Threading.Channels;
using Rein.Protocol;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.System.Tests.Cli;
using Rein.Worker;
using Rein.Worker.Ladder;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A server that was away, for longer than a lease, has lost nobody by it.</summary>
public sealed class AbsentServerTests : IDisposable
{
    const int Held = 100;
    static readonly string[] Quick = ["--heartbeat-seconds", "1", "--lease-seconds", "4"];

    readonly TestCli cli = new();

    [Fact]
    public async Task A_hundred_attempts_that_a_worker_holds_outlive_the_crash_of_their_server_under_their_fences()
    {
        var (began, release) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = await TestUp.Start(cli, Quick);
        var url = new Uri(first.Ready.Split(' ')[1]);
        using var client = new ReinClient(url, (await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), Cancel)).Trim());
        var key = (await client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        using var channel = new HttpChannel(url, key);
        var (counting, opened) = (new CountingChannel(channel), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var worker = new ReinWorker(counting, new("patient", Held) { Pool = "far" }, new StopThread());
        using var stopTaking = new CancellationTokenSource();
        var working = worker
            .Handle("wait-outside", async (run, stop) =>
            {
                if (Interlocked.Increment(ref began) == Held)
                    all.SetResult();
                await release.Task.WaitAsync(stop);
                return StepResult.Success;
            })
            .Run(_ => opened.TrySetResult(), stopTaking.Token);
        await opened.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        var definition = Graph("wait-outside", """, "payload": { "pool": "far", "maxAttempts": 5 }""");
        var runs = (await Task.WhenAll(Enumerable.Range(0, Held).Select(_ => client.StartInline(new() { Definition = definition }, cancel: Cancel)))).ToList();
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        await first.Crash();
        // A heartbeat each second: a lease and more has passed.
        for (var i = 0; i < 6; i++)
            await counting.Missed.Reader.ReadAsync(Cancel);
        using var second = cli.Start(["up", "--port", $"{url.Port}", .. Quick]);
        Assert.NotNull(await second.StandardOutput.ReadLineAsync(Cancel));
        release.SetResult();
        foreach (var run in runs)
            await foreach (var _ in client.Watch(run.Id, cancel: Cancel)) { }

        foreach (var run in runs)
        {
            var ended = await client.ReadRun(run.Id, cancel: Cancel);
            Assert.Equal(("succeeded", 1), (ended.State, ended.Steps!.Single(step => step.Id == "work").Attempt!.Try));
        }
        Assert.Equal(Held, began);
        await stopTaking.CancelAsync();
        await working;
        await Signal.Send(second.Id, "TERM");
        await second.WaitForExitAsync(Cancel);
        await first.DisposeAsync();
    }

    public void Dispose() => cli.Dispose();

    /// <summary>The way to the server, which tells of each heartbeat that nobody answered.</summary>
    sealed class CountingChannel(HttpChannel inner) : IWorkerChannel
    {
        public Channel<bool> Missed { get; } = Channel.CreateUnbounded<bool>();

        public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
        {
            try
            {
                return await inner.Beat(session, beat, cancel);
            }
            catch (Exception) when (!cancel.IsCancellationRequested)
            {
                Missed.Writer.TryWrite(true);
                throw;
            }
        }

        public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) => inner.Open(request, cancel);
        public IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel) => inner.Commands(session, cancel);
        public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel) =>
            inner.Report(session, reports, cancel);
        public Task Close(Guid session, CancellationToken cancel) => inner.Close(session, cancel);
    }
}
