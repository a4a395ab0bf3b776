using Rein.Protocol.Outward;
using Rein.Protocol.Workers;
using Rein.Steps;
using Rein.Steps.Crawl;
using Rein.Steps.Http;
using Rein.Steps.Processes;
using Rein.Steps.Scripts;
using Rein.Worker;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Cli.Up;

/// <summary>The worker in the server's process.</summary>
sealed class EmbeddedWorker : IAsyncDisposable
{
    readonly CancellationTokenSource stopTaking = new();
    readonly NodeOptions options;
    readonly WorkerOptions settings;
    readonly StopThread thread;
    readonly ProcessHost host;
    readonly HttpStep http;
    readonly CrawlStep crawl;
    readonly ScriptStep script;
    Task work = Task.CompletedTask;

    EmbeddedWorker(NodeOptions options, WorkerOptions settings, StopThread thread, ProcessHost host)
    {
        (this.options, this.settings, this.thread, this.host) = (options, settings, thread, host);
        var guard = new AddressGuard(OpenedAddresses.Of(options.AllowAddresses));
        (http, crawl) = (new(guard, TimeProvider.System), new(guard, TimeProvider.System));
        script = new(host, options.Script.In(options.Data), TimeProvider.System);
    }

    /// <summary>Ends what a former life of this worker left, and keeps what that proves.</summary>
    public static async Task<EmbeddedWorker> Prepare(NodeOptions options, string installation)
    {
        // Nodes that share a database have a worker each: a second session under one name would replace the first.
        var name = options.Postgres is null ? "embedded" : $"embedded-{installation}";
        var thread = new StopThread();
        var host = new ProcessHost(installation, name, thread);
        var former = await FormerLife.Sweep(host, options.Data);
        return new(options, new(name, options.Capacity) { Folder = options.Data, ProveFormer = former.Prove }, thread, host);
    }

    public void Begin(IWorkerChannel channel)
    {
        var worker = new ReinWorker(channel, settings, thread)
            .Handle(Noop.Kind, Noop.Execute)
            .Handle(Hold.Kind, Hold.Execute)
            .Handle(HttpStep.Kind, http.Execute)
            .Handle(CrawlStep.Kind, crawl.Execute)
            .Handle(ProcessStep.Kind, options.AllowProcess ? new ProcessStep(host, TimeProvider.System).Execute : Refuse)
            .Handle(ScriptStep.Kind, options.AllowScript ? script.Execute : Refuse);
        work = Task.Run(() => Work(worker));
    }

    /// <summary>Until it is told to take nothing more. What breaks a session is not the end of the worker.</summary>
    async Task Work(ReinWorker worker)
    {
        var pause = TimeSpan.FromSeconds(1);
        while (!stopTaking.IsCancellationRequested)
            try
            {
                await worker.Run(null, stopTaking.Token);
            }
            catch (Exception) when (stopTaking.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken)
            {
                await Console.Error.WriteLineAsync($"The embedded worker lost its session and opens another: {broken.Message}");
                await Task.Delay(pause, TimeProvider.System, stopTaking.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    static Task<StepResult> Refuse(RunContext run, CancellationToken stop) =>
        Task.FromResult(StepResult.Failure($"steps of the kind '{run.Kind}' are not allowed here; allow them with: rein up --allow {run.Kind}"));

    public async Task HandBack()
    {
        await stopTaking.CancelAsync();
        await work;
    }

    public async ValueTask DisposeAsync()
    {
        await stopTaking.CancelAsync();
        await work;
        await script.DisposeAsync();
        await host.DisposeAsync();
        http.Dispose();
        crawl.Dispose();
        thread.Dispose();
        stopTaking.Dispose();
    }
}
