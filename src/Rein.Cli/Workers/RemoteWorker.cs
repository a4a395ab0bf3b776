using Rein.Cli.Up;
using Rein.Protocol;
using Rein.Protocol.Outward;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Steps;
using Rein.Steps.Crawl;
using Rein.Steps.Http;
using Rein.Steps.Processes;
using Rein.Steps.Scripts;
using Rein.Worker;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Cli.Workers;

/// <summary>What `rein worker` was told.</summary>
sealed record RemoteWorkerOptions(Uri Server, string Key, string Name, int Capacity)
{
    public string? Pool { get; init; }
    public required string Data { get; init; }
    public required IReadOnlyList<string> Kinds { get; init; }
    public IReadOnlyList<string> AllowAddresses { get; init; } = [];
    public ScriptSettings Script { get; init; } = new();
}

/// <summary>The built-in kinds at the end of an <see cref="HttpChannel"/>.</summary>
sealed class RemoteWorker : IAsyncDisposable
{
    readonly FileStream folder;
    readonly StopThread thread;
    readonly ProcessHost host;
    readonly HttpStep http;
    readonly CrawlStep crawl;
    readonly ScriptStep script;
    readonly HttpChannel channel;
    readonly ReinWorker worker;

    RemoteWorker(RemoteWorkerOptions options, FileStream folder, StopThread thread, ProcessHost host, FormerLife former)
    {
        (this.folder, this.thread, this.host) = (folder, thread, host);
        var guard = new AddressGuard(OpenedAddresses.Of(options.AllowAddresses)) { Program = "rein worker" };
        (http, crawl) = (new(guard, TimeProvider.System), new(guard, TimeProvider.System));
        script = new(host, options.Script.In(options.Data), TimeProvider.System);
        channel = new(options.Server, options.Key);
        worker = new(channel, new(options.Name, options.Capacity) { Pool = options.Pool, ProveFormer = former.Prove, Version = Version, Refused = Say }, thread);
        foreach (var kind in options.Kinds)
            worker.Handle(kind, HandlerOf(kind));
    }

    /// <summary>Every kind it can be allowed to execute.</summary>
    public static IReadOnlyList<string> Known { get; } = [Noop.Kind, Hold.Kind, HttpStep.Kind, CrawlStep.Kind, ProcessStep.Kind, ScriptStep.Kind];

    static string Version => typeof(RemoteWorker).Assembly.GetName().Version!.ToString(3);

    /// <summary>Ends what a former life of this worker left, and keeps what that proves.</summary>
    /// <exception cref="CommandException">Another worker has the folder.</exception>
    public static async Task<RemoteWorker> Prepare(RemoteWorkerOptions options)
    {
        var data = new DataFolder(options.Data);
        data.Create();
        var folder = Lock(data);
        var thread = new StopThread();
        var host = new ProcessHost(data.Installation(), options.Name, thread);
        return new(options, folder, thread, host, await FormerLife.Sweep(host, options.Data));
    }

    /// <summary>Two workers in one folder would take each other's processes for leftovers of their own.</summary>
    static FileStream Lock(DataFolder data)
    {
        try
        {
            return new(Path.Combine(data.Path, "worker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new CommandException(ExitCode.BadUsage, $"Another worker works in {data.Path}: give each a folder of its own with --data.");
        }
    }

    static void Say(Report report, ReinException refused) =>
        Console.Error.WriteLine($"run {report.Attempt.Run}: the server refuses for good what was reported ({report.GetType().Name}): {refused.Message}");

    StepHandler HandlerOf(string kind) => kind switch
    {
        Noop.Kind => Noop.Execute,
        Hold.Kind => Hold.Execute,
        HttpStep.Kind => http.Execute,
        CrawlStep.Kind => crawl.Execute,
        ScriptStep.Kind => script.Execute,
        _ => new ProcessStep(host, TimeProvider.System).Execute,
    };

    public Task Run(Action<SessionOpened> opened, CancellationToken stopTaking) => worker.Run(opened, stopTaking);

    public async ValueTask DisposeAsync()
    {
        await script.DisposeAsync();
        await host.DisposeAsync();
        channel.Dispose();
        http.Dispose();
        crawl.Dispose();
        thread.Dispose();
        await folder.DisposeAsync();
    }
}
