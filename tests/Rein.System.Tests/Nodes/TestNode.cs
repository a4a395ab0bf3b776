using System.Runtime.CompilerServices;
using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Outward;
using Rein.Protocol.Workers;
using Rein.Server;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Drills;
using Rein.Server.Duties;
using Rein.Server.Live;
using Rein.Server.Metrics;
using Rein.Steps;
using Rein.Steps.Http;
using Rein.Steps.Processes;
using Rein.Steps.Scripts;
using Rein.Storage.Sqlite;
using Rein.Storage.Sqlite.Engine;
using Rein.System.Tests.Metrics;
using Rein.Worker;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.System.Tests.Nodes;

/// <summary>A real node on a real store, SQLite if nothing else is said, with a real embedded worker. What a test wants to break, it breaks through <see cref="NodeSetup"/>.</summary>
sealed class TestNode : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly NodeSetup setup;
    readonly IStores stores;
    readonly Engine engine;
    readonly StopThread thread = new();
    readonly ProcessHost processes;
    readonly ScriptStep scripts;
    readonly HttpStep http = new(new(OpenedAddresses.Of(["127.0.0.1"])), TimeProvider.System);
    CancellationTokenSource stopTaking = new();
    bool isDead;
    Task worker = Task.CompletedTask;

    TestNode(NodeSetup setup)
    {
        this.setup = setup;
        stores = setup.Stores?.Invoke() ?? SqliteStores.Open(folder, TimeProvider.System, setup.Options.Rules);
        stores.Migrate(CancellationToken.None).GetAwaiter().GetResult();
        engine = new(stores, setup.Options, NullLogger<Engine>.Instance);
        processes = new("test", $"n{Environment.ProcessId}-{Random.Shared.Next():x}", thread);
        scripts = new(processes, new(Path.Combine(folder, "scripts")) { Warm = 0 }, TimeProvider.System);
    }

    /// <summary>Writes what no command would: a damaged disk does not ask either.</summary>
    public void Damage(string sql)
    {
        using var connection = Connection.OpenWriter(Path.Combine(folder, "rein.db"));
        connection.Run(sql);
    }

    public Guid Organization { get; private set; }
    public IStores Stores => stores;
    public RunCommands Commands => engine.Commands;
    public RunFeed Feed => engine.Feed;
    public DutyDesk Duties => engine.Duties;
    public DrillDesk Drills => engine.Drills;

    /// <summary>As an endpoint that has changed a drain.</summary>
    public async Task Drain(string? pool, DrainWish? wish)
    {
        await stores.Pools.Drain(new(Organization, pool), wish, null, CancellationToken.None);
        await engine.ChangedGates(CancellationToken.None);
    }

    public async Task DrainSession(Guid session, DrainWish? wish)
    {
        await stores.Pools.DrainSession(session, wish, null, CancellationToken.None);
        await engine.ChangedGates(CancellationToken.None);
    }
    public CapacityBook Capacity => engine.Capacity;
    public string Worker => setup.Worker;

    /// <summary>For tests that are the worker themselves.</summary>
    /// <param name="organization">Whose worker it is; null serves all, like the embedded one.</param>
    public IWorkerChannel NewChannel(Guid? organization = null) => engine.Gateway(organization);

    public static async Task<TestNode> Start(NodeSetup? setup = null)
    {
        var node = new TestNode(setup ?? new());
        node.Organization = await node.stores.Keys.FindOrganization("default", CancellationToken.None)
            ?? await node.stores.Keys.CreateOrganization("default", CancellationToken.None);
        if (node.setup.Capacity > 0)
            await node.StartWorker();
        return node;
    }

    public async Task StartWorker()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rein = new ReinWorker(setup.Wire(engine.Gateway(null)), new(setup.Worker, Math.Max(1, setup.Capacity)), thread)
            .Handle(Noop.Kind, Noop.Execute)
            .Handle(Hold.Kind, Hold.Execute)
            .Handle(ProcessStep.Kind, new ProcessStep(processes, TimeProvider.System).Execute)
            .Handle(ScriptStep.Kind, scripts.Execute)
            .Handle(HttpStep.Kind, http.Execute);
        foreach (var (kind, handler) in setup.Handlers)
            rein.Handle(kind, handler);
        worker = rein.Run(_ => opened.TrySetResult(), stopTaking.Token);
        await opened.Task;
    }

    /// <summary>The worker hands back what it holds and leaves.</summary>
    public async Task ShutDownWorker()
    {
        await stopTaking.CancelAsync();
        await worker;
        stopTaking.Dispose();
        stopTaking = new();
    }

    /// <summary>Starts a run of a definition, given as the JSON of its nodes below the root.</summary>
    public async Task<Guid> StartRun(string definition, Func<StartRun, StartRun>? with = null)
    {
        var start = Parse(definition);
        var started = await Commands.Start([new(with?.Invoke(start) ?? start)]);
        return started[0].RunId;
    }

    /// <summary>Starts a run below another, which does not wait for it.</summary>
    public async Task<Guid> StartChild(Guid parent, string definition)
    {
        var start = Parse(definition);
        Assert.Equal(Answer.Done, await StartChild(parent, start));
        return start.Run;
    }

    public async Task<Answer> StartChild(Guid parent, StartRun start) => (await Commands.Submit(Organization, new StartChild(parent, start))).Answer;

    public StartRun Parse(string definition)
    {
        var kinds = KindCatalog.BuiltIn.With(setup.Handlers.Keys);
        var parsed = Definition.Parse(Encoding.UTF8.GetBytes(definition), kinds);
        Assert.True(parsed.IsValid, string.Join("; ", parsed.Faults));
        return new()
        {
            Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Organization = Organization, Definition = parsed.Value, Actor = "key:test",
        };
    }

    /// <summary>What a collector would read at this moment.</summary>
    public Page Scrape() => new(PrometheusPage.Write(engine.Figures.Read()));

    public Task<Committed> Stop(Guid run, double graceSeconds = 10, bool force = false, FenceAt fence = FenceAt.End) =>
        Commands.Submit(Organization, new RequestStop(run, StopOrigin.Manual, "key:test", "a test", TimeSpan.FromSeconds(graceSeconds), fence, force));

    public async Task<Run> Read(Guid run) => (await stores.Reader.Find(Organization, run, CancellationToken.None))!.Run;

    /// <summary>Reads the run again at each of its changes until it is as wanted.</summary>
    public async Task<Run> Until(Guid run, Func<Run, bool> wanted)
    {
        Run? now = null;
        await UntilAsync(run, async () => wanted(now = await Read(run)));
        return now!;
    }

    /// <summary>Looks again at each change of the run until what it looks for is there.</summary>
    public async Task UntilAsync(Guid run, Func<Task<bool>> look)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var watch = engine.Feed.Watch(run);
        while (!await look())
            try
            {
                await watch.Changed(TimeSpan.FromSeconds(1), TimeProvider.System, patience.Token);
            }
            catch (OperationCanceledException)
            {
                if ((await stores.Reader.Find(Organization, run, CancellationToken.None))?.Run is not { } now)
                    throw;
                Assert.Fail($"still {now.State} ({now.Cause}), stop {now.Stop}, open {now.Open}, active {now.ActiveAttempts}, unproved {now.Unproved}, blocked {now.IsBlocked}, ready {now.Ready}, "
                    + $"keys with room {(await stores.Limits.Admissible(null, 10, CancellationToken.None)).Count}, places {engine.Capacity.Sessions.Sum(session => session.Free)}, worth claiming {engine.Capacity.IsWorthClaiming}");
            }
    }

    public Task<Run> UntilEnded(Guid run) => Until(run, now => now.HasEnded);

    /// <summary>Ended, and of every attempt it is known that nothing is left.</summary>
    public Task<Run> UntilProved(Guid run) => Until(run, now => now is { HasEnded: true, Unproved: 0 });

    public async Task<IReadOnlyList<RunEvent>> Events(Guid run) =>
        [.. (await stores.Reader.Events(run, 0, 1000, CancellationToken.None)).SelectMany(row => row.Lines)];

    public Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run) => stores.Reader.Attempts(run, CancellationToken.None);

    public async Task<IReadOnlyList<string>> Items(Guid run) =>
        [.. (await stores.Reader.Items(run, ItemPosition.Start, 100_000, CancellationToken.None)).Select(row => Encoding.UTF8.GetString(row.Json.Span))];

    public async Task<string> Logs(Guid run) =>
        string.Concat((await stores.Reader.Logs(run, ItemPosition.Start, 1000, CancellationToken.None)).Select(row => Encoding.UTF8.GetString(row.Text.Span)));

    /// <summary>Commits nothing more and says nothing more. Whoever it had connected hears of no end.</summary>
    public async Task Die()
    {
        isDead = true;
        await engine.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopTaking.CancelAsync();
        await worker;
        await scripts.DisposeAsync();
        await processes.DisposeAsync();
        http.Dispose();
        if (!isDead)
            await engine.DisposeAsync();
        await stores.DisposeAsync();
        thread.Dispose();
        stopTaking.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

sealed record NodeSetup
{
    /// <summary>0: there is no worker at all.</summary>
    public int Capacity { get; init; } = 100;

    /// <summary>The name of its worker.</summary>
    public string Worker { get; init; } = "embedded";

    /// <summary>Opens what the node works on; null is SQLite in a folder of its own.</summary>
    public Func<IStores>? Stores { get; init; }

    public Dictionary<string, StepHandler> Handlers { get; init; } = [];

    /// <summary>What stands between the worker and the server.</summary>
    public Func<IWorkerChannel, IWorkerChannel> Wire { get; init; } = channel => channel;

    public ReinServerOptions Options { get; init; } = Quick;

    /// <summary>Short heartbeats and windows, so that trials do not take minutes.</summary>
    public static ReinServerOptions Quick { get; } = new()
    {
        Heartbeat = TimeSpan.FromMilliseconds(200),
        Lease = TimeSpan.FromSeconds(30),
        Rules = new(TimeSpan.FromMilliseconds(700), TimeSpan.FromSeconds(2), TimeSpan.FromHours(1)),
    };
}

/// <summary>A channel whose pushes can be held back.</summary>
sealed class CutChannel(IWorkerChannel inner, Func<CommandFrame, bool> isLost) : IWorkerChannel
{
    public ConcurrentQueue<CommandFrame> Lost { get; } = new();

    readonly Channel<bool> beats = Channel.CreateUnbounded<bool>();
    readonly Channel<bool> opens = Channel.CreateUnbounded<bool>();

    /// <summary>The next heartbeat is told that its session is over.</summary>
    public bool SessionIsOver { get; set; }

    public OpenSession? LastOpened { get; private set; }

    public async Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
    {
        SessionIsOver = false;
        LastOpened = request;
        var opened = await inner.Open(request, cancel);
        opens.Writer.TryWrite(true);
        return opened;
    }

    public async Task NextOpen() => await opens.Reader.ReadAsync();

    /// <summary>Heartbeats from now on.</summary>
    public async Task NextBeats(int count)
    {
        while (beats.Reader.TryRead(out _)) { }
        for (var i = 0; i < count; i++)
            await beats.Reader.ReadAsync();
    }

    public async IAsyncEnumerable<CommandFrame> Commands(
        Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var frame in inner.Commands(session, cancel))
            if (isLost(frame))
                Lost.Enqueue(frame);
            else
                yield return frame;
    }

    public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel) =>
        inner.Report(session, reports, cancel);

    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        if (SessionIsOver)
            return new(false, []);
        var answer = await inner.Beat(session, beat, cancel);
        beats.Writer.TryWrite(true);
        return answer;
    }

    public Task Close(Guid session, CancellationToken cancel) => inner.Close(session, cancel);
}
