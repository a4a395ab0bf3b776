using System.Collections.Concurrent;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using Rein.Worker;
using Rein.Worker.Ladder;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A worker at the other end of a real connection, with a key that may work and nothing else.</summary>
sealed class RemoteWorker : IAsyncDisposable
{
    readonly CancellationTokenSource stopTaking = new();
    readonly StopThread thread = new();
    readonly HttpChannel channel;
    readonly Task working;

    RemoteWorker(HttpChannel channel, WorkerOptions options, IReadOnlyDictionary<string, StepHandler> handlers, TaskCompletionSource opened)
    {
        this.channel = channel;
        var worker = new ReinWorker(channel, options, thread);
        foreach (var (kind, handler) in handlers)
            worker.Handle(kind, handler);
        working = worker.Run(session =>
        {
            Sessions.Enqueue(session);
            opened.TrySetResult();
        }, stopTaking.Token);
    }

    /// <summary>Every session it has opened.</summary>
    public ConcurrentQueue<SessionOpened> Sessions { get; } = new();

    public static async Task<RemoteWorker> Connect(TestServer server, string pool, Dictionary<string, StepHandler> handlers, int capacity = 10)
    {
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        return await Connect(new HttpChannel(new(server.Url), key), new($"remote-{pool}", capacity) { Pool = pool }, handlers);
    }

    public static async Task<RemoteWorker> Connect(HttpChannel channel, WorkerOptions options, Dictionary<string, StepHandler> handlers)
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new RemoteWorker(channel, options, handlers, opened);
        await (await Task.WhenAny(opened.Task, worker.working));
        return worker;
    }

    /// <summary>It takes nothing more, hands back what it holds, and leaves.</summary>
    public async Task ShutDown()
    {
        await stopTaking.CancelAsync();
        await working;
    }

    public async ValueTask DisposeAsync()
    {
        await ShutDown();
        channel.Dispose();
        thread.Dispose();
        stopTaking.Dispose();
    }
}
