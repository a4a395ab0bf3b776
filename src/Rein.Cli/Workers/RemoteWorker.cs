using Rein.Cli.Children;
using Rein.Cli.Up;
using Rein.Protocol;
using Rein.Protocol.Outward;
using Rein.Protocol.Problems;
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
/// <param name="Name">Null: the one that the machine and the folder make.</param>
sealed record RemoteWorkerOptions(Uri Server, string Key, string? Name, int Capacity)
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
    FormerLife? former;

    RemoteWorker(RemoteWorkerOptions options, string installation, FileStream folder)
    {
        Name = options.Name ?? NameOf(Environment.MachineName, installation);
        (this.folder, thread) = (folder, new());
        host = new(installation, Name, thread);
        var guard = new AddressGuard(OpenedAddresses.Of(options.AllowAddresses)) { Program = "rein worker" };
        (http, crawl) = (new(guard, TimeProvider.System), new(guard, TimeProvider.System));
        script = new(host, options.Script.In(options.Data), TimeProvider.System);
        channel = new(options.Server, options.Key);
        worker = new(channel, new(Name, options.Capacity) { Pool = options.Pool, Folder = options.Data, ProveFormer = attempt => former!.Prove(attempt), Version = Version, Refused = Say }, thread);
        foreach (var kind in options.Kinds)
            worker.Handle(kind, HandlerOf(kind));
    }

    /// <summary>Every kind it can be allowed to execute.</summary>
    public static IReadOnlyList<string> Known { get; } = [Noop.Kind, Hold.Kind, HttpStep.Kind, CrawlStep.Kind, ProcessStep.Kind, ScriptStep.Kind];

    public string Name { get; }

    const int LongestName = 64;
    static readonly TimeSpan LookForName = TimeSpan.FromSeconds(5);

    /// <summary>It stands in the marks of processes.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && name[0] != '.' && name.All(IsOfName);

    static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.';

    /// <summary>Of the folder as well as of the machine: whoever bears it finds by its marks what a former life of it has left.</summary>
    public static string NameOf(string machine, string installation) =>
        $"{string.Concat(machine.Where(IsOfName).Take(LongestName - installation.Length - 1)).TrimStart('.')}-{installation}";

    static string Version => typeof(RemoteWorker).Assembly.GetName().Version!.ToString(3);

    /// <summary>Ends what a former life of this worker left, and keeps what that proves.</summary>
    /// <exception cref="CommandException">Another worker has the folder, or the name.</exception>
    public static async Task<RemoteWorker> Prepare(RemoteWorkerOptions options)
    {
        var data = new DataFolder(options.Data);
        data.Create();
        var made = new RemoteWorker(options, data.Installation(), Lock(data));
        if (made.worker.IsAlone)
        {
            made.former = await FormerLife.Sweep(made.host, options.Data, Remains.OfOtherFolders(data.Installation(), made.Name));
            return made;
        }
        await made.DisposeAsync();
        throw new CommandException(ExitCode.BadUsage, $"Another worker of this machine is {made.Name} at {options.Server}: give each a name of its own with --name.");
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

    /// <summary>While another bears its name it waits, and does not end: started again, it would come as one that has just begun, and end the other's session.</summary>
    public async Task Run(Action<SessionOpened> opened, CancellationToken stopTaking)
    {
        var hasSaid = false;
        while (!stopTaking.IsCancellationRequested)
            try
            {
                await worker.Run(Opened, stopTaking);
            }
            catch (ReinException taken) when (taken.Code == ProblemCodes.WorkerNameTaken)
            {
                if (!hasSaid)
                    await Console.Error.WriteLineAsync($"waits until another has left: {taken.Message}");
                hasSaid = true;
                await Task.Delay(LookForName, TimeProvider.System, stopTaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

        void Opened(SessionOpened session)
        {
            hasSaid = false;
            opened(session);
        }
    }

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
