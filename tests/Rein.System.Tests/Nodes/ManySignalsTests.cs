using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite;

namespace Rein.System.Tests.Nodes;

public sealed class ManySignalsTests : IDisposable
{
    static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;

    [Fact]
    public async Task However_many_signals_wait_a_sessions_stops_are_read_once_for_all_of_them()
    {
        var signals = new SignalsByHand();
        var reads = new HeldReads();
        await using var node = await TestNode.Start(new()
        {
            Capacity = 0,
            Stores = () => new Hearable(SqliteStores.Open(folder, TimeProvider.System, NodeSetup.Quick.Rules), signals, reads),
        });
        var worker = await TestWorker.Connect(node);
        var signal = new StoreSignal([], []) { Sessions = [worker.Opened.Session] };

        signals.Publish(signal);
        await reads.UntilOneBegins();
        for (var i = 0; i < 1000; i++)
            signals.Publish(signal);
        await signals.UntilAllAreTaken();
        reads.MayGo.SetResult();

        // One that was held, and one for the thousand.
        await reads.UntilOneBegins();
        signals.Publish(new([], []));
        await signals.UntilAllAreTaken();
        Assert.Equal(2, reads.Count);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Looks at outstanding stops, which wait until they may go on.</summary>
    sealed class HeldReads
    {
        readonly Channel<bool> begun = Channel.CreateUnbounded<bool>();
        int count;

        public int Count => Volatile.Read(ref count);
        public TaskCompletionSource MayGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task UntilOneBegins() => await begun.Reader.ReadAsync(Patience);

        public async Task<IReadOnlyList<OutstandingStop>> Read(Func<Task<IReadOnlyList<OutstandingStop>>> read, CancellationToken cancel)
        {
            Interlocked.Increment(ref count);
            begun.Writer.TryWrite(true);
            await MayGo.Task.WaitAsync(cancel);
            return await read();
        }
    }

    sealed class SignalsByHand : IStoreSignals
    {
        readonly Channel<StoreSignal> published = Channel.CreateUnbounded<StoreSignal>();
        readonly Channel<bool> asked = Channel.CreateUnbounded<bool>();
        int open;

        public void Publish(StoreSignal signal)
        {
            Interlocked.Increment(ref open);
            published.Writer.TryWrite(signal);
        }

        /// <summary>The listener has come back for more than there is.</summary>
        public async Task UntilAllAreTaken()
        {
            while (Volatile.Read(ref open) > 0)
                await asked.Reader.ReadAsync(Patience);
        }

        public async IAsyncEnumerable<StoreSignal> Listen([EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (var signal in published.Reader.ReadAllAsync(cancel))
            {
                yield return signal;
                Interlocked.Decrement(ref open);
                asked.Writer.TryWrite(true);
            }
        }
    }

    sealed class Hearable(IStores inner, IStoreSignals signals, HeldReads reads) : IStores
    {
        public IRunStore Runs => inner.Runs;
        public IRunReader Reader => inner.Reader;
        public IProgressStore Progress => inner.Progress;
        public ITimerStore Timers => inner.Timers;
        public IWorkflowStore Workflows => inner.Workflows;
        public ISessionStore Sessions { get; } = new HeldSessions(inner.Sessions, reads);
        public IPoolStore Pools => inner.Pools;
        public IDutyStore Duties => inner.Duties;
        public IExportStore Exports => inner.Exports;
        public ILimitStore Limits => inner.Limits;
        public IKeyStore Keys => inner.Keys;
        public ISealStore Seals => inner.Seals;
        public IStopLinkStore StopLinks => inner.StopLinks;
        public ISecretStore Secrets => inner.Secrets;
        public IAuditStore Audit => inner.Audit;
        public IRetentionStore Retention => inner.Retention;
        public IExtraStore Extras => inner.Extras;
        public IStoreSignals? Signals => signals;
        public Task Migrate(CancellationToken cancel) => inner.Migrate(cancel);
        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    sealed class HeldSessions(ISessionStore inner, HeldReads reads) : ISessionStore
    {
        public Task<IReadOnlyList<OutstandingStop>> Outstanding(Guid session, CancellationToken cancel) =>
            reads.Read(() => inner.Outstanding(session, cancel), cancel);

        public Task<IReadOnlyList<Session>> Open(Session session, TimeSpan lease, CancellationToken cancel) => inner.Open(session, lease, cancel);
        public Task<bool> Renew(Guid session, TimeSpan lease, int lost, int? capacity, CancellationToken cancel) => inner.Renew(session, lease, lost, capacity, cancel);
        public Task End(Guid session, CancellationToken cancel) => inner.End(session, cancel);
        public Task<DateTimeOffset> Now(CancellationToken cancel) => inner.Now(cancel);
        public Task<IReadOnlyList<Session>> EndExpired(DateTimeOffset asOf, CancellationToken cancel) => inner.EndExpired(asOf, cancel);
        public Task RenewAll(TimeSpan lease, CancellationToken cancel) => inner.RenewAll(lease, cancel);
        public Task<IReadOnlyList<HeldAttempt>> Orphaned(int count, CancellationToken cancel) => inner.Orphaned(count, cancel);
        public Task<IReadOnlyList<HeldAttempt>> Held(Guid session, CancellationToken cancel) => inner.Held(session, cancel);

        public Task<IReadOnlyList<HeldAttempt>> Unproved(Guid? organization, string worker, int count, CancellationToken cancel) =>
            inner.Unproved(organization, worker, count, cancel);

        public Task<IReadOnlyList<HeldAttempt>> OrphanedOf(Guid? organization, string worker, CancellationToken cancel) => inner.OrphanedOf(organization, worker, cancel);
        public Task<IReadOnlyList<HeldAttempt>> Former(Guid session, int count, CancellationToken cancel) => inner.Former(session, count, cancel);
        public Task<IReadOnlyList<HeldAttempt>> Handed(Guid organization, string worker, IReadOnlyList<HeldAttempt> attempts, CancellationToken cancel) =>
            inner.Handed(organization, worker, attempts, cancel);

        public Task<Session?> FindOf(Guid organization, string worker, CancellationToken cancel) => inner.FindOf(organization, worker, cancel);
        public Task<Session?> Find(Guid session, CancellationToken cancel) => inner.Find(session, cancel);
        public Task<IReadOnlyList<Session>> List(Guid? organization, CancellationToken cancel) => inner.List(organization, cancel);
    }
}
