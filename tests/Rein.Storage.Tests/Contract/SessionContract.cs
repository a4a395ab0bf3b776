using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class SessionContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task An_open_session_is_listed_as_it_was_opened()
    {
        var session = Session("one") with { Pool = "gpu", Kinds = ["hold", "process"], Capacity = 8 };
        Assert.Empty(await Stores.Sessions.Open(session, Hour, Cancel));
        var listed = Assert.Single(await Stores.Sessions.List(Driver.Organization, Cancel));
        Assert.Equal(session with { Kinds = [] }, listed with { Kinds = [] });
        Assert.Equal(session.Kinds.AsEnumerable(), listed.Kinds.AsEnumerable());
        Assert.Empty(await Stores.Sessions.List(Driver.NewId(), Cancel));
        Assert.Single(await Stores.Sessions.List(null, Cancel));
    }

    [Fact]
    public async Task A_worker_that_opens_again_ends_what_it_left_open()
    {
        var former = Session("one");
        await Stores.Sessions.Open(former, Hour, Cancel);
        await Stores.Sessions.Open(Session("two"), Hour, Cancel);
        await Stores.Sessions.Open(Session("one") with { Organization = null }, Hour, Cancel);
        var again = Session("one");
        Assert.Equal([former.Id], (await Stores.Sessions.Open(again, Hour, Cancel)).Select(session => session.Id));
        Assert.False(await Stores.Sessions.Renew(former.Id, Hour, Cancel));
        Assert.True(await Stores.Sessions.Renew(again.Id, Hour, Cancel));
        Assert.Equal(3, (await Stores.Sessions.List(null, Cancel)).Count);
    }

    [Fact]
    public async Task A_lease_that_ran_out_ends_its_session_and_one_asker_is_told()
    {
        var session = Session("one");
        await Stores.Sessions.Open(session, TimeSpan.Zero, Cancel);
        await Stores.Sessions.Open(Session("two"), Hour, Cancel);
        var told = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(EndExpired)));
        Assert.Equal([session.Id], told.SelectMany(sessions => sessions).Select(expired => expired.Id));
        Assert.False(await Stores.Sessions.Renew(session.Id, Hour, Cancel));
    }

    [Fact]
    public async Task A_lease_runs_out_by_the_moment_that_is_asked_for_and_not_by_one_that_came_meanwhile()
    {
        var before = await Stores.Sessions.Now(Cancel);
        await Stores.Sessions.Open(Session("one"), TimeSpan.Zero, Cancel);
        Assert.Empty(await Stores.Sessions.EndExpired(before - TimeSpan.FromSeconds(1), Cancel));
        Assert.Single(await EndExpired());
    }

    [Fact]
    public async Task A_renewed_lease_does_not_run_out()
    {
        var session = Session("one");
        await Stores.Sessions.Open(session, TimeSpan.Zero, Cancel);
        Assert.True(await Stores.Sessions.Renew(session.Id, Hour, Cancel));
        Assert.Empty(await EndExpired());
    }

    [Fact]
    public async Task A_heartbeat_changes_how_many_places_a_session_has_or_leaves_them()
    {
        var session = Session("one");
        await Stores.Sessions.Open(session, Hour, Cancel);
        Assert.True(await Stores.Sessions.Renew(session.Id, Hour, 0, 7, Cancel));
        Assert.True(await Stores.Sessions.Renew(session.Id, Hour, 0, null, Cancel));
        Assert.Equal(7, Assert.Single(await Stores.Sessions.List(Driver.Organization, Cancel)).Capacity);
    }

    [Fact]
    public async Task A_node_that_was_away_gives_every_open_session_a_full_lease()
    {
        var ended = Session("ended");
        await Stores.Sessions.Open(ended, TimeSpan.Zero, Cancel);
        await Stores.Sessions.End(ended.Id, Cancel);
        await Stores.Sessions.Open(Session("one"), TimeSpan.Zero, Cancel);
        await Stores.Sessions.RenewAll(Hour, Cancel);
        Assert.Empty(await EndExpired());
        Assert.False(await Stores.Sessions.Renew(ended.Id, Hour, Cancel));
    }

    [Fact]
    public async Task What_an_ended_session_held_is_orphaned_until_it_is_lost()
    {
        var session = Session("one") with { Id = Driver.Session };
        await Stores.Sessions.Open(session, Hour, Cancel);
        var claimed = await Driver.StartAndClaim();
        var held = Assert.Single(await Stores.Sessions.Held(session.Id, Cancel));
        Assert.Equal(new(claimed.Id, "work", Driver.Fence(claimed), session.Id), held);
        Assert.Empty(await Stores.Sessions.Orphaned(10, Cancel));

        await Stores.Sessions.End(session.Id, Cancel);
        Assert.Equal([held], await Stores.Sessions.Orphaned(10, Cancel));
        await Driver.Do(new LoseAttempt(claimed.Id, "work", Driver.Fence(claimed)));
        Assert.Empty(await Stores.Sessions.Orphaned(10, Cancel));
        Assert.Empty(await Stores.Sessions.Held(session.Id, Cancel));
    }

    [Fact]
    public async Task What_a_session_holds_that_nobody_knows_any_more_is_orphaned()
    {
        var claimed = await Driver.StartAndClaim();
        Assert.Equal([claimed.Id], (await Stores.Sessions.Orphaned(10, Cancel)).Select(attempt => attempt.Run));
    }

    [Fact]
    public async Task What_a_workers_ended_sessions_held_is_found_without_what_others_left()
    {
        var session = await OpenOfDriver();
        var claimed = await Driver.StartAndClaim();
        Assert.Empty(await Stores.Sessions.OrphanedOf(Driver.Organization, "worker", Cancel));

        await Stores.Sessions.End(session, Cancel);

        Assert.Equal([new(claimed.Id, "work", Driver.Fence(claimed), session)], await Stores.Sessions.OrphanedOf(Driver.Organization, "worker", Cancel));
        Assert.Empty(await Stores.Sessions.OrphanedOf(Driver.Organization, "another", Cancel));
        Assert.Empty(await Stores.Sessions.OrphanedOf(null, "worker", Cancel));
        Assert.Empty(await Stores.Sessions.OrphanedOf(Driver.NewId(), "worker", Cancel));
    }

    [Fact]
    public async Task A_session_is_found_by_its_id_as_long_as_it_is_open()
    {
        var session = Session("one") with { Pool = "gpu" };
        await Stores.Sessions.Open(session, Hour, Cancel);
        Assert.Equal("gpu", (await Stores.Sessions.Find(session.Id, Cancel))?.Pool);
        Assert.Null(await Stores.Sessions.Find(Driver.NewId(), Cancel));
        await Stores.Sessions.End(session.Id, Cancel);
        Assert.Null(await Stores.Sessions.Find(session.Id, Cancel));
    }

    [Fact]
    public async Task What_something_was_left_of_is_unproved_until_nothing_is()
    {
        var ended = await Driver.StartAndClaim();
        await Driver.Do(new EndAttempt(ended.Id, "work", Driver.Fence(ended), Outcome.Succeeded, Left, null, null, 0));
        var lost = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Do(new LoseAttempt(lost.Id, "work", Driver.Fence(lost)));
        await Driver.Do(new ProveAttempt(lost.Id, "work", Driver.Fence(lost), Left));
        var again = await Driver.Claim(lost.Id);
        var never = await Driver.StartAndClaim();
        await Driver.Do(new EndAttempt(never.Id, "work", Driver.Fence(never), Outcome.NotStarted, Proof.Nothing, null, null, 0));
        await Driver.End(await Driver.StartAndClaim());

        Assert.Equal([ended.Id, lost.Id], await Unproved());
        Assert.Empty(await Stores.Sessions.Unproved(Driver.NewId(), "worker", 10, Cancel));

        await Driver.Do(new ProveAttempt(ended.Id, "work", Driver.Fence(ended), Proof.Nothing));
        await Driver.Do(new ProveAttempt(lost.Id, "work", Driver.Fence(lost), Proof.Nothing));
        Assert.Empty(await Unproved());

        await Driver.End(again);
        Assert.Null(await Database.Try($"UPDATE steps SET proof = '{{' WHERE run = {Database.Literal(again.Id)}"));
        Assert.Equal([again.Id], await Unproved());
    }

    [Fact]
    public async Task A_session_is_asked_for_what_its_worker_held_before_and_nothing_was_said_of()
    {
        var former = await Driver.StartAndClaim();
        var left = await Driver.StartAndClaim();
        await Driver.Do(new EndAttempt(left.Id, "work", Driver.Fence(left), Outcome.Succeeded, Left, null, null, 0));
        var session = Session("worker");
        await Stores.Sessions.Open(session, Hour, Cancel);
        var elsewhere = Session("worker") with { Organization = Driver.NewId() };
        await Stores.Sessions.Open(elsewhere, Hour, Cancel);
        Assert.Empty(await Stores.Sessions.Former(session.Id, 10, Cancel));

        await Driver.Do(new LoseAttempt(former.Id, "work", Driver.Fence(former)));

        Assert.Equal([former.Id], (await Stores.Sessions.Former(session.Id, 10, Cancel)).Select(held => held.Run));
        Assert.Empty(await Stores.Sessions.Former(elsewhere.Id, 10, Cancel));
        // Its own are told of as stops.
        await OpenOfDriver();
        Assert.Empty(await Stores.Sessions.Former(Driver.Session, 10, Cancel));
        await Driver.Do(new ProveAttempt(former.Id, "work", Driver.Fence(former), Proof.Nothing));
        Assert.Empty(await Stores.Sessions.Former(session.Id, 10, Cancel));
    }

    [Fact]
    public async Task What_a_worker_was_handed_is_found_by_its_attempts_in_its_own_organization_and_nowhere_else()
    {
        var first = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Do(new LoseAttempt(first.Id, "work", Driver.Fence(first)));
        var second = await Driver.Claim(first.Id);
        var other = await Driver.StartAndClaim();
        HeldAttempt former = new(first.Id, "work", Driver.Fence(first), Driver.Session), latest = former with { Fence = Driver.Fence(second) };
        HeldAttempt[] all = [former, latest, new(other.Id, "work", Driver.Fence(other), Driver.Session)];

        Assert.Equal(all.ToHashSet(), (await Handed(all)).ToHashSet());
        Assert.Equal([latest], await Handed(latest, latest with { Fence = 99 }, latest with { Step = "root" }, latest with { Run = Driver.NewId() }));
        Assert.Empty(await Handed());
        Assert.Empty(await Stores.Sessions.Handed(Driver.Organization, "another", all, Cancel));
        Assert.Empty(await Stores.Sessions.Handed(Driver.NewId(), "worker", all, Cancel));

        Task<IReadOnlyList<HeldAttempt>> Handed(params HeldAttempt[] of) => Stores.Sessions.Handed(Driver.Organization, "worker", of, Cancel);
    }

    [Fact]
    public async Task The_open_session_of_a_worker_is_found_by_its_name()
    {
        var (former, latest) = (Session("twice"), Session("twice"));
        await Stores.Sessions.Open(former, Hour, Cancel);
        await Stores.Sessions.Open(latest, Hour, Cancel);

        Assert.Equal(latest.Id, (await Stores.Sessions.FindOf(Driver.Organization, "twice", Cancel))!.Id);
        Assert.Null(await Stores.Sessions.FindOf(Driver.NewId(), "twice", Cancel));
        Assert.Null(await Stores.Sessions.FindOf(Driver.Organization, "nobody", Cancel));
        await Stores.Sessions.End(latest.Id, Cancel);
        Assert.Null(await Stores.Sessions.FindOf(Driver.Organization, "twice", Cancel));
    }

    [Fact]
    public async Task A_session_has_to_be_told_of_its_attempts_under_a_wish_and_of_no_other()
    {
        var session = await OpenOfDriver();
        var stopping = await Driver.StartAndClaim();
        await Driver.StartAndClaim();
        Assert.Empty(await Stores.Sessions.Outstanding(session, Cancel));

        await Driver.Stop(stopping.Id, grace: Hour);
        var outstanding = Assert.Single(await Stores.Sessions.Outstanding(session, Cancel));
        Assert.Equal(new(stopping.Id, "work", Driver.Fence(stopping), session), outstanding.Attempt);
        Assert.True(outstanding.IsOpen);
        Assert.Equal("too slow", outstanding.Wish!.Reason);
        Assert.InRange(outstanding.KillIn, Hour - TimeSpan.FromMinutes(1), Hour);
        Assert.Empty(await Stores.Sessions.Outstanding(Driver.NewId(), Cancel));

        await Driver.End(stopping, outcome: Outcome.Stopped);
        Assert.Empty(await Stores.Sessions.Outstanding(session, Cancel));
    }

    [Fact]
    public async Task A_closed_attempt_is_outstanding_until_it_is_proved()
    {
        var session = await OpenOfDriver();
        var run = await Driver.StartAndClaim();
        await Driver.Stop(run.Id, force: true);
        var outstanding = Assert.Single(await Stores.Sessions.Outstanding(session, Cancel));
        Assert.Equal((run.Id, false, TimeSpan.Zero), (outstanding.Attempt.Run, outstanding.IsOpen, outstanding.KillIn));

        await Driver.Do(new ProveAttempt(run.Id, "work", Driver.Fence(run), Proof.Nothing));
        Assert.Empty(await Stores.Sessions.Outstanding(session, Cancel));
    }

    [Fact]
    public async Task What_was_fenced_at_once_has_the_grace_of_its_wish()
    {
        var session = await OpenOfDriver();
        var run = await Driver.StartAndClaim();
        await Driver.Do(new RequestStop(run.Id, StopOrigin.Manual, "key:ops", "", Hour, FenceAt.Now, Force: false));
        var outstanding = Assert.Single(await Stores.Sessions.Outstanding(session, Cancel));
        Assert.False(outstanding.IsOpen);
        Assert.InRange(outstanding.KillIn, Hour - TimeSpan.FromMinutes(1), Hour);
    }

    [Theory]
    [InlineData(StopOrigin.Panic, false)]
    [InlineData(StopOrigin.Parent, true)]
    public async Task A_clean_up_that_a_request_has_closed_has_what_is_left_of_the_grace(StopOrigin origin, bool parentSkipsCleanUp)
    {
        var session = await OpenOfDriver();
        var run = await CleaningUp();
        await Driver.Do(new RequestStop(run, origin, "key:ops", "", Hour, FenceAt.End, Force: false) { ParentSkipsCleanUp = parentSkipsCleanUp });
        var outstanding = Assert.Single(await Stores.Sessions.Outstanding(session, Cancel));
        Assert.False(outstanding.IsOpen);
        Assert.InRange(outstanding.KillIn, Hour - TimeSpan.FromMinutes(1), Hour);
    }

    [Fact]
    public async Task A_clean_up_that_took_longer_than_its_budget_has_no_grace_though_the_wish_beside_it_had()
    {
        var session = await OpenOfDriver();
        var run = await CleaningUp();
        await Driver.Stop(run, grace: Hour);
        Assert.Empty(await Stores.Sessions.Outstanding(session, Cancel));
        await Driver.Do(new Later(new EndCleanUp(run), Hour / 2));
        var outstanding = Assert.Single(await Stores.Sessions.Outstanding(session, Cancel));
        Assert.Equal((false, TimeSpan.Zero), (outstanding.IsOpen, outstanding.KillIn));
    }

    [Fact]
    public async Task A_clean_up_is_not_told_to_end_by_the_wish_that_opened_it()
    {
        var session = await OpenOfDriver();
        var run = await Driver.StartAndClaim(Graphs.CleaningUp);
        await Driver.Stop(run.Id);
        run = await Driver.End(run, outcome: Outcome.Stopped);
        await Driver.Claim(run.Id, "tidy");
        Assert.Single(await Stores.Sessions.Held(session, Cancel));
        Assert.Empty(await Stores.Sessions.Outstanding(session, Cancel));

        await Driver.Stop(run.Id, force: true);
        Assert.Equal("tidy", Assert.Single(await Stores.Sessions.Outstanding(session, Cancel)).Attempt.Step);
    }

    [Fact]
    public async Task Sessions_survive_a_restart()
    {
        var session = Session("one");
        await Stores.Sessions.Open(session, Hour, Cancel);
        await Restart();
        Assert.True(await Stores.Sessions.Renew(session.Id, Hour, Cancel));
    }

    static Proof Left { get; } = new(Rung.Killed, null, null, [new("process", "7", "it does not end")]);

    async Task<IEnumerable<Guid>> Unproved() => (await Stores.Sessions.Unproved(Driver.Organization, "worker", 10, Cancel)).Select(held => held.Run);

    /// <summary>A run whose clean-up is held.</summary>
    async Task<Guid> CleaningUp()
    {
        var run = await Driver.StartAndClaim(Graphs.CleaningUp);
        await Driver.End(run);
        return (await Driver.Claim(run.Id, "tidy")).Id;
    }

    /// <summary>A command that is decided when the clock has gone on.</summary>
    sealed record Later(ICommand Command, TimeSpan By) : ICommand
    {
        public Guid Run => Command.Run;
        public Slice Slice(Definition definition) => Command.Slice(definition);
        public Decision Decide(Run run, DateTimeOffset now) => Command.Decide(run, now + By);
    }

    /// <summary>The one that the driver claims for.</summary>
    async Task<Guid> OpenOfDriver()
    {
        await Stores.Sessions.Open(Session("worker") with { Id = Driver.Session }, Hour, Cancel);
        return Driver.Session;
    }

    async Task<IReadOnlyList<Session>> EndExpired() => await Stores.Sessions.EndExpired(await Stores.Sessions.Now(Cancel), Cancel);

    Session Session(string worker) =>
        new(Driver.NewId(), Driver.Organization, worker, null, ["hold"], 1, DateTimeOffset.UnixEpoch.AddDays(20_000));
}
