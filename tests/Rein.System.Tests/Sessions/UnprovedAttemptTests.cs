using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Upkeep;
using Rein.Storage.Sqlite;
using Rein.System.Tests.Host;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Sessions;

/// <summary>Of whatever is over and was not proved gone its worker is asked, until it has said what became of it; and nobody else says it for it.</summary>
public sealed class UnprovedAttemptTests : IAsyncLifetime
{
    static readonly AttemptProof Left = new(global::Rein.Protocol.Workers.Rung.Killed, null, Containment.None, [new("process", "7", "it does not end")]);

    TestNode node = null!;
    IWorkerChannel channel = null!;
    SessionOpened opened = null!;
    IAsyncEnumerator<CommandFrame> frames = null!;
    AttemptRef held;
    int lists;

    static CancellationToken Patience => TestContext.Current.CancellationToken;

    /// <summary>A worker with one attempt in its only place.</summary>
    public async ValueTask InitializeAsync()
    {
        node = await TestNode.Start(new()
        {
            Capacity = 0,
            Stores = () => Counting(SqliteStores.Open(folder.FullName, TimeProvider.System, NodeSetup.Quick.Rules)),
        });
        channel = node.NewChannel(node.Organization);
        opened = await channel.Open(new("holder", null, ["hold"], 1), Patience);
        frames = channel.Commands(opened.Session, Patience).GetAsyncEnumerator(Patience);
        var next = frames.MoveNextAsync().AsTask();
        await node.StartRun(Graphs.Single("hold", """{ "maxAttempts": 3, "backoff": { "initialSeconds": 0.01 } }"""));
        Assert.True(await next);
        held = Assert.IsType<AssignFrame>(frames.Current).Attempt;
    }

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rein-test-");

    IStores Counting(IStores real) => Instead.Of(real, "get_Sessions", (stores, _) => Instead.Of(stores.Sessions, "List", (sessions, args) =>
    {
        Interlocked.Increment(ref lists);
        return sessions.List((Guid?)args[0], (CancellationToken)args[1]!);
    }));

    [Fact]
    public async Task A_proof_of_what_is_open_is_to_be_said_again_and_gives_no_place_back()
    {
        Assert.Equal(ReportStatus.Retry, await Report(new ProveReport(held, AttemptProof.Clean)));
        Assert.Equal(0, node.Capacity.Find(opened.Session)!.Free);

        Assert.Equal(ReportStatus.Accepted, await Report(new EndedReport(held, AttemptOutcome.Succeeded, Left)));
        Assert.Equal(ReportStatus.Accepted, await Report(new ProveReport(held, AttemptProof.Clean)));
        Assert.Equal(1, node.Capacity.Find(opened.Session)!.Free);
        Assert.Equal(0, (await node.Read(held.Run)).Unproved);
    }

    [Fact]
    public async Task What_something_was_left_of_is_asked_for_when_its_worker_comes_back_and_its_proof_raises_the_verdict()
    {
        await node.Stop(held.Run);
        await Report(new EndedReport(held, AttemptOutcome.Stopped, Left));
        Assert.Equal((true, Verdict.Fenced), (await node.Read(held.Run)) is var ended ? (ended.HasEnded, ended.Verdict) : default);

        opened = await channel.Open(new("holder", null, ["hold"], 1), Patience);
        Assert.Equal([held], opened.Former);
        // It is asked for once; to say that it is left still changes nothing.
        Assert.Empty((await channel.Beat(opened.Session, new([]), Patience)).Former);
        var before = (await node.Events(held.Run)).Count;
        Assert.Equal(ReportStatus.Accepted, await Report(new ProveReport(held, Left)));
        Assert.Equal(before, (await node.Events(held.Run)).Count);

        Assert.Equal(ReportStatus.Accepted, await Report(new ProveReport(held, AttemptProof.Clean)));
        Assert.Equal(Verdict.Killed, (await node.Read(held.Run)).Verdict);
        Assert.Empty((await channel.Open(new("holder", null, ["hold"], 1), Patience)).Former);
    }

    [Fact]
    public async Task What_is_lost_only_when_its_worker_has_come_back_is_asked_for_by_heartbeats_until_it_is_proved()
    {
        // As a node that went down right behind it.
        var next = new Session(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), node.Organization, "holder", null, ["hold"], 1, TimeProvider.System.GetUtcNow());
        await node.Stores.Sessions.Open(next, TimeSpan.FromHours(1), Patience);
        opened = new(next.Id, 0, 0, []);
        await node.Commands.Submit(null, new LoseAttempt(held.Run, held.Step, held.Fence));

        Assert.Equal([held], (await channel.Beat(opened.Session, new(null, HeldDigest.ToText(0)), Patience)).Former);
        Assert.Equal([held], (await channel.Beat(opened.Session, new([]), Patience)).Former);
        Assert.Equal(ReportStatus.Accepted, await Report(new ProveReport(held, AttemptProof.Clean)));

        Assert.Empty((await channel.Beat(opened.Session, new([]), Patience)).Former);
        Assert.Equal(0, (await node.Read(held.Run)).Unproved);
    }

    [Fact]
    public async Task What_is_closed_and_not_shown_is_asked_for_and_proved_by_nobody_else()
    {
        await node.Stop(held.Run, force: true);
        // As after a restart: what was sent is not known any more.
        node.Capacity.End(opened.Session);

        Assert.Empty((await channel.Beat(opened.Session, new([]), Patience)).Former);
        Assert.Equal([held], (await channel.Beat(opened.Session, new([]), Patience)).Former);
        Assert.Equal([held], (await channel.Beat(opened.Session, new([]), Patience)).Former);
        Assert.Equal(1, (await node.Read(held.Run)).Unproved);

        Assert.Equal(ReportStatus.Accepted, await Report(new ProveReport(held, AttemptProof.Clean)));
        Assert.Empty((await channel.Beat(opened.Session, new([]), Patience)).Former);
        Assert.Equal(1, node.Capacity.Find(opened.Session)!.Capacity - node.Capacity.Find(opened.Session)!.Held.Count);
    }

    [Fact]
    public async Task A_worker_that_leaves_without_showing_what_was_closed_has_not_proved_it()
    {
        await frames.DisposeAsync();
        await channel.Beat(opened.Session, new([]), Patience);
        await node.Stop(held.Run, force: true);

        await channel.Close(opened.Session, Patience);

        Assert.Equal(1, (await node.Read(held.Run)).Unproved);
    }

    [Fact]
    public async Task A_session_that_a_node_does_not_carry_is_found_without_looking_at_those_of_others()
    {
        node.Capacity.End(opened.Session);
        Assert.True((await channel.Beat(opened.Session, new([held]), Patience)).IsOpen);
        Assert.Equal(ReportStatus.Accepted, await Report(new EndedReport(held, AttemptOutcome.Succeeded, AttemptProof.Clean)));
        Assert.Equal(0, Volatile.Read(ref lists));
    }

    [Fact]
    public async Task A_look_at_what_was_left_goes_on_where_another_was_quicker()
    {
        await node.Commands.Submit(null, new LoseAttempt(held.Run, held.Step, held.Fence));
        var next = frames.MoveNextAsync().AsTask();
        Assert.Equal(ReportStatus.Accepted, await Report(new ProveReport(held, AttemptProof.Clean)));
        Assert.True(await next);
        var open = Assert.IsType<AssignFrame>(frames.Current).Attempt;
        var looks = 0;
        var sessions = Instead.Of(node.Stores.Sessions, "Orphaned", (_, args) => Task.FromResult<IReadOnlyList<HeldAttempt>>(
            Interlocked.Increment(ref looks) == 1
                ? [.. Enumerable.Repeat(new HeldAttempt(held.Run, held.Step, held.Fence, opened.Session), (int)args[0]!)]
                : [new(open.Run, open.Step, open.Fence, opened.Session)]));
        using var alarm = new Alarm(TimeProvider.System);
        var options = new LeaseOptions(TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeProvider.System);

        await new Leases(sessions, node.Commands, node.Capacity, options, alarm, NullLogger.Instance).LoseOrphans(Patience);

        Assert.Equal(Outcome.Lost, (await node.Attempts(open.Run)).Single(one => one.Attempt.Fence == open.Fence).Attempt.Outcome);
    }

    [Fact]
    public async Task Rows_for_a_run_of_another_organization_are_not_taken_whoever_knows_its_fence()
    {
        Append Item() => new(AppendKind.Item, held.Run, held.Step, held.Fence, 1, [Encoding.UTF8.GetBytes("1")]);

        Assert.True((await node.Commands.Append(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Item())).IsFenced);
        Assert.Empty(await node.Items(held.Run));

        Assert.False((await node.Commands.Append(node.Organization, Item())).IsFenced);
        Assert.Single(await node.Items(held.Run));
    }

    async Task<ReportStatus> Report(Report report) => Assert.Single(await channel.Report(opened.Session, [report], Patience)).Status;

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
