using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Upkeep;
using Rein.Storage.Sqlite;

namespace Rein.System.Tests.Upkeep;

/// <summary>Nobody is declared lost by a node that was away itself: every session gets one full lease first.</summary>
public sealed class LeaseTests : IAsyncLifetime
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(30), Tick = TimeSpan.FromMinutes(1);
    static readonly TimeSpan PastALease = TimeSpan.FromSeconds(31), PastATickAndHalfALease = TimeSpan.FromSeconds(76);

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly CancellationTokenSource over = new();
    readonly Clock clock = new();
    readonly Alarm alarm = new(TimeProvider.System);
    SqliteStores stores = null!;
    Told sessions = null!;
    Guid session;
    Task loop = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        stores = SqliteStores.Open(folder, clock, Rules.Default);
        await stores.Migrate(CancellationToken.None);
        sessions = new(stores.Sessions);
        session = Guid.CreateVersion7(clock.GetUtcNow());
        await stores.Sessions.Open(new(session, null, "one", null, ["hold"], 1, clock.GetUtcNow()), Lease, CancellationToken.None);
    }

    [Fact]
    public async Task A_node_that_starts_ends_nobody_before_a_lease_has_passed()
    {
        clock.Ahead += TimeSpan.FromHours(1);
        Begin();

        Assert.Equal("renewed", await sessions.Next());
        Assert.Equal("ended 0", await NextPass());
        clock.Ahead += PastALease;
        Assert.Equal("ended 1", await NextPass());
    }

    [Fact]
    public async Task A_node_that_slept_through_its_tick_ends_nobody()
    {
        Begin();
        Assert.Equal("renewed", await sessions.Next());
        Assert.Equal("ended 0", await NextPass());

        clock.Ahead += PastATickAndHalfALease;

        Assert.Equal("renewed", await NextPass());
        Assert.True(await stores.Sessions.Renew(session, Lease, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_whose_store_was_away_ends_nobody()
    {
        Begin();
        Assert.Equal("renewed", await sessions.Next());
        sessions.IsAway = true;
        Assert.Equal("away", await NextPass());
        sessions.IsAway = false;

        clock.Ahead += PastALease;

        Assert.Equal("renewed", await NextPass());
        Assert.True(await stores.Sessions.Renew(session, Lease, CancellationToken.None));
    }

    [Fact]
    public async Task A_clock_that_was_set_forward_ends_nobody()
    {
        Begin();
        Assert.Equal("renewed", await sessions.Next());
        Assert.Equal("ended 0", await NextPass());

        clock.SetForward += TimeSpan.FromDays(1);

        Assert.Equal("renewed", await NextPass());
        Assert.Equal("ended 0", await NextPass());
        Assert.True(await stores.Sessions.Renew(session, Lease, CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_could_not_write_a_heartbeat_ends_nobody()
    {
        var leases = Begin();
        Assert.Equal("renewed", await sessions.Next());
        leases.BeatWasLost();

        clock.Ahead += PastALease;

        Assert.Equal("renewed", await NextPass());
        Assert.True(await stores.Sessions.Renew(session, Lease, CancellationToken.None));
    }

    Leases Begin()
    {
        var leases = new Leases(sessions, new RunCommands([], new(clock)), new CapacityBook(), new(Lease, Tick, clock), alarm, NullLogger.Instance);
        loop = leases.Run(over.Token);
        return leases;
    }

    Task<string> NextPass()
    {
        alarm.Ring();
        return sessions.Next();
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stores.DisposeAsync();
        alarm.Dispose();
        over.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The machine's, and somewhat ahead.</summary>
    sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        /// <summary>By which no time has passed.</summary>
        public TimeSpan SetForward { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead + SetForward;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }

    /// <summary>The real ones; what is done to all of them is told.</summary>
    sealed class Told(ISessionStore inner) : ISessionStore
    {
        readonly Channel<string> told = Channel.CreateUnbounded<string>();

        public bool IsAway { get; set; }

        public async Task<string> Next()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return await told.Reader.ReadAsync(patience.Token);
        }

        public async Task RenewAll(TimeSpan lease, CancellationToken cancel)
        {
            await inner.RenewAll(lease, cancel);
            told.Writer.TryWrite("renewed");
        }

        public async Task<IReadOnlyList<Session>> EndExpired(DateTimeOffset asOf, CancellationToken cancel)
        {
            if (IsAway)
            {
                told.Writer.TryWrite("away");
                throw new StoreException("It does not answer.") { IsTransient = true };
            }
            var ended = await inner.EndExpired(asOf, cancel);
            told.Writer.TryWrite($"ended {ended.Count}");
            return ended;
        }

        public Task<IReadOnlyList<Session>> Open(Session session, TimeSpan lease, CancellationToken cancel) => inner.Open(session, lease, cancel);
        public Task<DateTimeOffset> Now(CancellationToken cancel) => inner.Now(cancel);
        public Task<bool> Renew(Guid session, TimeSpan lease, int lost, int? capacity, CancellationToken cancel) => inner.Renew(session, lease, lost, capacity, cancel);
        public Task End(Guid session, CancellationToken cancel) => inner.End(session, cancel);
        public Task<IReadOnlyList<HeldAttempt>> Orphaned(int count, CancellationToken cancel) => inner.Orphaned(count, cancel);
        public Task<IReadOnlyList<HeldAttempt>> Held(Guid session, CancellationToken cancel) => inner.Held(session, cancel);
        public Task<IReadOnlyList<OutstandingStop>> Outstanding(Guid session, CancellationToken cancel) => inner.Outstanding(session, cancel);
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
