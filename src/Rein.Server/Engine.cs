using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Drills;
using Rein.Server.Duties;
using Rein.Server.Live;
using Rein.Server.Metrics;
using Rein.Server.Neighbours;
using Rein.Server.Receipts;
using Rein.Server.Secrets;
using Rein.Server.Sessions;
using Rein.Server.Upkeep;

namespace Rein.Server;

/// <summary>Everything of a node that moves runs, put together and with its loops running: lanes, signals, timers, admissions, leases, duties, neighbours.</summary>
sealed class Engine : IAsyncDisposable
{
    static readonly TimeSpan LeaseTick = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whoever has had something committed within it may come again at any moment.</summary>
    static readonly TimeSpan Lately = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource stopDoing = new();
    readonly List<Alarm> allAlarms = [];
    readonly List<Lane> lanes = [];
    readonly List<Task> loops = [];
    readonly ReportDesk desk;
    readonly Instruments instruments;
    readonly SigningKey? sealKey;
    readonly Leases leases;
    readonly GateKeeper gates;
    readonly GatewayOptions gateway;
    readonly ReinServerOptions options;
    readonly Signals signals;
    readonly IStores stores;

    public Engine(IStores stores, ReinServerOptions options, ILogger<Engine> log)
    {
        (this.stores, this.options) = (stores, options);
        Store = new(options.Time);
        instruments = new(options.TelemetryName, Capacity, lanes);
        Figures = new(instruments.Meter);
        var budgets = new BudgetBook(options.RequestsPerSecond, options.StopsPerSecond, options.Time);
        Keys = new(stores.Keys, options.Time, budgets);
        Links = new(stores.StopLinks, budgets, options.Time);
        Secrets = new(stores.Secrets, options.SecretKeys, options.Time);
        var alarms = new Alarms(NewAlarm(), NewAlarm(), NewAlarm(), NewAlarm());
        signals = new Signals(Capacity, Feed, alarms, stores.Signals is { } telling ? new(telling, Capacity) : null);
        for (var i = 0; i < Math.Min(options.Lanes, stores.Runs.MaxLanes); i++)
            lanes.Add(new(stores.Runs, Capacity, signals, new(new(options.Rules, Secrets), options.Time, instruments, options.Probe, Store), log, i));
        Commands = new(lanes, new(options.Time));
        var watch = new DrillWatch(Capacity, options.Time);
        gateway = new(options.Heartbeat, options.Lease, options.Time, Store, watch) { Others = stores.Signals };
        desk = new(Commands, Capacity, Feed, stores.Sessions, watch);
        leases = new(stores.Sessions, Commands, Capacity, new(options.Lease, LeaseTick, options.Time), NewAlarm(), log);
        gates = new(stores.Pools, Capacity, Commands, options.Time, NewAlarm());
        Keep(gates.Run, log);
        Keep(new Timers(stores.Timers, Commands, alarms.Timers).Run, log);
        Keep(new Admissions(stores.Limits, Commands, signals.Admissible, alarms.Admissions).Run, log);
        Duties = new(stores, Commands, Feed, new(instruments, options.Probe, Secrets, options.Time), alarms.Duties, log);
        Keep(Duties.Run, log);
        Drills = new(stores, Commands, Feed, instruments, new(options.Time, options.DrillAgain, watch, ChangedGates), NewAlarm(), log);
        Keep(Drills.Run, log);
        Keep(new Claims(Capacity, Commands, NewAlarm()).Run, log);
        Keep(leases.Run, log);
        if (options.SealKeyPem is { } pem)
            Keep(new Sealer(stores.Seals, sealKey = SigningKey.Read(pem), instruments, options.Time, alarms.Seals).Run, log);
        Keep(Keys.NoteUses, log);
        Keep(new Pruning(stores.Retention, options.Retention, instruments, IsBusy, NewAlarm()).Run, log);
        if (stores.Signals is { } hearing)
            Keep(new Hearing(stores, hearing, Capacity, Feed, Commands, gates).Run, log);
    }

    public RunCommands Commands { get; }

    public RunFeed Feed { get; } = new();

    public DutyDesk Duties { get; }

    public DrillDesk Drills { get; }

    public CapacityBook Capacity { get; } = new();

    public StoreWatch Store { get; }

    public Gathered Figures { get; }

    public KeyRing Keys { get; }

    /// <summary>Reports that are being taken.</summary>
    public BatchRoom Reports { get; } = new();

    /// <summary>Heartbeats that are being answered: apart, so that no report keeps a lease from being renewed.</summary>
    public BatchRoom Beats { get; } = new();

    public LinkRing Links { get; }

    public SecretBook Secrets { get; }

    /// <summary>The server's end for workers of one organization; null for the embedded worker, which serves all.</summary>
    public WorkerGateway Gateway(Guid? organization) => new(organization, stores.Sessions, Capacity, desk, leases, gates, gateway);

    /// <summary>The same for whoever asks with a key of a worker.</summary>
    public WorkerGateway Gateway(HttpContext http, Caller caller) =>
        new(caller.Organization, stores.Sessions, Capacity, desk, leases, gates, gateway)
        {
            Pool = caller.Pool, Address = http.Connection.RemoteIpAddress?.ToString(), Key = caller.Key,
        };

    /// <summary>There may be more room under a key: the first who wait are admitted before it returns, all others at once behind it.</summary>
    public async Task Admit(LimitKey key)
    {
        if (await Commands.Admit(key) == AdmitWork.AtOnce)
            signals.Admit(key);
    }

    /// <summary>A drain or a drill was changed: this node keeps to it when it returns, and the others hear of it.</summary>
    public async Task ChangedGates(CancellationToken cancel)
    {
        stores.Signals?.Publish(new([], []) { Gates = true });
        await gates.Look(cancel);
    }

    bool IsBusy() => lanes.Exists(lane => lane.HasWorkedWithin(Lately));

    Alarm NewAlarm()
    {
        var alarm = new Alarm(options.Time);
        allAlarms.Add(alarm);
        return alarm;
    }

    void Keep(Func<CancellationToken, Task> loop, ILogger log) => loops.Add(Loop.Keep(loop, options.Time, log, stopDoing.Token));

    public async ValueTask DisposeAsync()
    {
        await stopDoing.CancelAsync();
        foreach (var lane in lanes)
            lane.CloseWithin(Patience);
        await Task.WhenAll(loops);
        foreach (var lane in lanes)
            lane.Dispose();
        foreach (var alarm in allAlarms)
            alarm.Dispose();
        sealKey?.Dispose();
        gates.Dispose();
        Figures.Dispose();
        instruments.Dispose();
        stopDoing.Dispose();
    }
}
