using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Duties;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Postgres.Exports;
using Rein.Storage.Postgres.Extras;
using Rein.Storage.Postgres.Keys;
using Rein.Storage.Postgres.Limits;
using Rein.Storage.Postgres.Pools;
using Rein.Storage.Postgres.Reading;
using Rein.Storage.Postgres.Retention;
using Rein.Storage.Postgres.Runs;
using Rein.Storage.Postgres.Seals;
using Rein.Storage.Postgres.Secrets;
using Rein.Storage.Postgres.Sessions;
using Rein.Storage.Postgres.Signals;
using Rein.Storage.Postgres.StopLinks;
using Rein.Storage.Postgres.Timers;
using Rein.Storage.Postgres.Workflows;

namespace Rein.Storage.Postgres;

/// <summary>A PostgreSQL database that any number of nodes share. All of them are alike; what keeps them apart is its row locks.</summary>
public sealed class PostgresStores : IStores
{
    readonly Database database;
    readonly PostgresSignals signals;

    PostgresStores(Database database, TimeProvider time)
    {
        this.database = database;
        Runs = new PostgresRunStore(database);
        Reader = new PostgresRunReader(database);
        Progress = new PostgresProgressStore(database);
        Timers = new PostgresTimerStore(database);
        Workflows = new PostgresWorkflowStore(database);
        Sessions = new PostgresSessionStore(database);
        Pools = new PostgresPoolStore(database);
        Duties = new PostgresDutyStore(database);
        Exports = new PostgresExportStore(database);
        Limits = new PostgresLimitStore(database);
        Keys = new PostgresKeyStore(database);
        Seals = new PostgresSealStore(database);
        StopLinks = new PostgresStopLinkStore(database);
        Secrets = new PostgresSecretStore(database);
        Audit = new PostgresAuditStore(database);
        Retention = new PostgresRetentionStore(database);
        Extras = new PostgresExtraStore(database);
        signals = new(database, time);
    }

    public IRunStore Runs { get; }
    public IRunReader Reader { get; }
    public IProgressStore Progress { get; }
    public ITimerStore Timers { get; }
    public IWorkflowStore Workflows { get; }
    public ISessionStore Sessions { get; }
    public IPoolStore Pools { get; }
    public IDutyStore Duties { get; }
    public IExportStore Exports { get; }
    public ILimitStore Limits { get; }
    public IKeyStore Keys { get; }
    public ISealStore Seals { get; }
    public IStopLinkStore StopLinks { get; }
    public ISecretStore Secrets { get; }
    public IAuditStore Audit { get; }
    public IRetentionStore Retention { get; }
    public IExtraStore Extras { get; }

    /// <summary>What nodes tell each other. Begins with its first use.</summary>
    public IStoreSignals? Signals => signals;

    /// <summary>Opens no connection yet. Call <see cref="Migrate"/> before anything else.</summary>
    /// <param name="schema">Where the tables are; made where it is missing. Several installations can share a database.</param>
    /// <param name="lanes">Units of this node at once, 1 to 4.</param>
    /// <param name="time">Paces the signals only; every time that is written is the database's.</param>
    public static PostgresStores Open(
        string connectionString, Rules rules, string schema = "rein", int lanes = 2, PostgresOptions? options = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lanes, 4);
        return new(new Database(connectionString, rules, schema, lanes, options ?? new()), time ?? TimeProvider.System);
    }

    public Task Migrate(CancellationToken cancel) => Migration.Run(database, cancel);

    public async ValueTask DisposeAsync()
    {
        await signals.DisposeAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
    }
}
