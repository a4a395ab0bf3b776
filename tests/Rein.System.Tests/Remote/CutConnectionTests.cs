using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Steps;
using Rein.Storage.Sqlite;
using Rein.System.Tests.Host;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Remote;

/// <summary>What becomes of attempts when streams are cut, servers restart, leases run out, and workers come back.</summary>
public sealed class CutConnectionTests
{
    static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact(DisplayName = "H18 With the stream cut, a stop lands within one heartbeat")]
    public async Task A_stop_lands_within_one_heartbeat()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var (session, held, run) = await Hold(node, channel);

        await node.Stop(run, graceSeconds: 5);
        var answer = await channel.Beat(session, new([held]), Patience);

        var stop = Assert.IsType<StopFrame>(Assert.Single(answer.Outstanding));
        Assert.Equal((held, "manual", "a test"), (stop.Attempt, stop.Origin, stop.Reason));
        Assert.InRange(stop.KillInMs, 1, 5000);
    }

    [Fact]
    public async Task An_assign_that_was_lost_with_its_stream_comes_with_the_second_heartbeat_and_never_if_the_digest_shows_it()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var (session, held, _) = await Hold(node, channel);

        Assert.Empty((await channel.Beat(session, new([]), Patience)).Outstanding);
        Assert.Equal(held, Assert.IsType<AssignFrame>(Assert.Single((await channel.Beat(session, new([]), Patience)).Outstanding)).Attempt);

        var equal = HeldDigest.ToText(HeldDigest.Of(held));
        Assert.Equal((true, false, 0), Said(await channel.Beat(session, new(null, equal), Patience)));
        Assert.Equal((true, true, 0), Said(await channel.Beat(session, new(null, HeldDigest.ToText(0)), Patience)));
    }

    [Fact]
    public async Task What_a_worker_holds_and_its_session_does_not_is_stopped_by_the_second_heartbeat()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var (session, held, _) = await Hold(node, channel);
        var strange = held with { Fence = held.Fence + 7 };

        Assert.Empty((await channel.Beat(session, new([held, strange]), Patience)).Outstanding);
        var stop = Assert.IsType<StopFrame>(Assert.Single((await channel.Beat(session, new([held, strange]), Patience)).Outstanding));

        Assert.Equal((strange, 0), (stop.Attempt, stop.KillInMs));
    }

    [Fact]
    public async Task A_second_reader_of_a_session_takes_the_place_of_the_first()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var opened = await channel.Open(new("twice", null, ["hold"], 5), Patience);
        await using var dead = channel.Commands(opened.Session, Patience).GetAsyncEnumerator(Patience);
        var never = dead.MoveNextAsync().AsTask();

        await using var frames = channel.Commands(opened.Session, Patience).GetAsyncEnumerator(Patience);
        var next = frames.MoveNextAsync().AsTask();
        Assert.False(await never);
        var run = await node.StartRun(Graphs.Single("hold"));

        Assert.True(await next);
        Assert.Equal(run, Assert.IsType<AssignFrame>(frames.Current).Attempt.Run);
    }

    [Fact]
    public async Task A_server_that_restarts_carries_its_sessions_on_and_nothing_is_lost()
    {
        using var folder = new StoreFolder();
        SessionOpened opened;
        AttemptRef held;
        AttemptRef lost;
        await using (var before = await TestNode.Start(folder.Setup))
        {
            var channel = before.NewChannel(before.Organization);
            (opened, held) = await Begin(before, channel, capacity: 3);
            await channel.Beat(opened.Session, new([held]), Patience);
            // Decided, and on its way when the server goes down.
            lost = new(await before.StartRun(Graphs.Single("hold")), "work", 0);
        }

        await using var after = await TestNode.Start(folder.Setup);
        var again = after.NewChannel(after.Organization);
        var answer = await again.Beat(opened.Session, new([held]), Patience);
        Assert.Equal((true, false, 0), Said(answer));
        Assert.Equal(1, (await after.Read(held.Run)).ActiveAttempts);
        Assert.Equal(ReportStatus.Accepted, (await again.Report(opened.Session, [new ItemsReport(held, 1, ["1"u8.ToArray()])], Patience))[0].Status);

        // What the worker was never told of goes back, and counts as no try.
        await again.Beat(opened.Session, new([held]), Patience);
        await using var frames = again.Commands(opened.Session, Patience).GetAsyncEnumerator(Patience);
        Assert.True(await frames.MoveNextAsync());
        Assert.Equal(lost.Run, Assert.IsType<AssignFrame>(frames.Current).Attempt.Run);
        var ended = await again.Report(opened.Session, [new EndedReport(held, AttemptOutcome.Succeeded, AttemptProof.Clean)], Patience);
        Assert.Equal(ReportStatus.Accepted, ended[0].Status);
        Assert.Equal(RunState.Succeeded, (await after.UntilEnded(held.Run)).State);
    }

    [Fact]
    public async Task What_a_restarted_server_does_not_know_yet_is_committed_in_the_order_of_its_batch()
    {
        const int Rows = 200;
        using var folder = new StoreFolder();
        SessionOpened opened;
        AttemptRef held;
        await using (var before = await TestNode.Start(folder.Setup))
            (opened, held) = await Begin(before, before.NewChannel(before.Organization), capacity: 1);

        await using var after = await TestNode.Start(folder.Setup);
        Report[] batch =
        [
            .. Enumerable.Range(1, Rows).Select(seq => new ItemsReport(held, seq, ["1"u8.ToArray()])),
            new EndedReport(held, AttemptOutcome.Succeeded, AttemptProof.Clean),
            new ProveReport(held with { Fence = held.Fence + 1 }, AttemptProof.Clean),
        ];
        var answers = await after.NewChannel(after.Organization).Report(opened.Session, batch, Patience);

        Assert.All(answers.Take(Rows + 1), answer => Assert.Equal(ReportStatus.Accepted, answer.Status));
        Assert.Equal(ReportStatus.Unknown, answers[^1].Status);
        Assert.Equal(Rows, (await after.Items(held.Run)).Count);
        Assert.Equal(RunState.Succeeded, (await after.Read(held.Run)).State);
    }

    [Fact]
    public async Task A_worker_whose_lease_ran_out_finds_its_attempt_elsewhere_stops_its_own_and_proves_it()
    {
        CutChannel? cut = null;
        var began = new TaskCompletionSource();
        var tries = 0;
        await using var node = await TestNode.Start(new()
        {
            Wire = channel => cut = new(channel, _ => false),
            Handlers = { ["twice"] = async (run, stop) =>
            {
                if (Interlocked.Increment(ref tries) > 1)
                    return StepResult.Success;
                began.TrySetResult();
                return await Steps.Hold.Execute(run, stop);
            } },
        });
        var run = await node.StartRun(Graphs.Single("twice", """{ "maxAttempts": 2 }"""));
        await began.Task;
        var first = (await node.Attempts(run))[0].Attempt;

        // As every node does when the lease has run out.
        await node.Stores.Sessions.End(first.Session, Patience);
        await node.UntilProved(run);

        var attempts = await node.Attempts(run);
        Assert.Equal(2, attempts.Count);
        Assert.Equal((Outcome.Lost, true), (attempts[0].Attempt.Outcome, attempts[0].Attempt.IsProved));
        Assert.NotEqual(first.Session, attempts[1].Attempt.Session);
        Assert.Equal(RunState.Succeeded, (await node.Read(run)).State);
    }

    [Fact]
    public async Task A_worker_that_was_restarted_under_its_name_holds_nothing_and_is_asked_to_prove_what_it_held()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        var (former, held, run) = await Hold(node, channel);

        var opened = await channel.Open(new("holder", null, ["hold"], 1), Patience);

        Assert.Equal([held], opened.Former);
        Assert.False((await channel.Beat(former, new([held]), Patience)).IsOpen);
        Assert.Equal(ReportStatus.Accepted, (await channel.Report(opened.Session, [new ProveReport(held, AttemptProof.Clean)], Patience))[0].Status);
        Assert.Equal(0, (await node.Read(run)).Unproved);
    }

    [Fact]
    public async Task A_worker_that_was_not_told_at_its_hello_what_it_held_proves_it_once_when_a_heartbeat_asks()
    {
        var proofs = new List<AttemptRef>();
        await using var node = await TestNode.Start(new()
        {
            Capacity = 0,
            Worker = "holder",
            Wire = channel => Instead.Of(Instead.Of(channel, "Open", (real, args) => Forgetful(real, (OpenSession)args[0]!)), "Report", (real, args) =>
            {
                lock (proofs)
                    proofs.AddRange(((IReadOnlyList<Report>)args[1]!).OfType<ProveReport>().Select(proof => proof.Attempt));
                return real.Report((Guid)args[0]!, (IReadOnlyList<Report>)args[1]!, (CancellationToken)args[2]!);
            }),
        });
        var (_, held, run) = await Hold(node, node.NewChannel());
        await node.Stop(run, force: true);
        Assert.Equal(1, (await node.Read(run)).Unproved);

        await node.StartWorker();

        await node.UntilProved(run);
        lock (proofs)
            Assert.Equal([held], proofs);
    }

    /// <summary>As one that was answered before what was held was lost.</summary>
    static async Task<SessionOpened> Forgetful(IWorkerChannel real, OpenSession request) =>
        (await real.Open(request, Patience)) with { Former = [] };

    [Fact]
    public async Task Who_leaves_and_says_what_it_holds_has_what_was_on_its_way_handed_back_without_a_try()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var channel = node.NewChannel(node.Organization);
        // It was read from the stream, and never arrived: the worker had hung up.
        var (session, held, run) = await Hold(node, channel);

        await channel.Beat(session, new([]), Patience);
        await channel.Close(session, Patience);

        Assert.Equal(Outcome.Returned, (await node.Attempts(run)).Single(one => one.Attempt.Fence == held.Fence).Attempt.Outcome);
        Assert.False((await node.Read(run)).HasEnded);
    }

    static (bool IsOpen, bool SendHeld, int Frames) Said(HeartbeatAnswer answer) => (answer.IsOpen, answer.SendHeld, answer.Outstanding.Count);

    static async Task<(Guid Session, AttemptRef Held, Guid Run)> Hold(TestNode node, IWorkerChannel channel)
    {
        var (opened, held) = await Begin(node, channel, capacity: 1);
        return (opened.Session, held, held.Run);
    }

    /// <summary>A worker with one attempt, whose stream is cut behind its assign.</summary>
    static async Task<(SessionOpened Opened, AttemptRef Held)> Begin(TestNode node, IWorkerChannel channel, int capacity)
    {
        var opened = await channel.Open(new("holder", null, ["hold"], capacity), Patience);
        await using var frames = channel.Commands(opened.Session, Patience).GetAsyncEnumerator(Patience);
        var next = frames.MoveNextAsync().AsTask();
        await node.StartRun(Graphs.Single("hold"));
        Assert.True(await next);
        return (opened, Assert.IsType<AssignFrame>(frames.Current).Attempt);
    }

    /// <summary>A store that outlives the node on it.</summary>
    sealed class StoreFolder : IDisposable
    {
        readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;

        public NodeSetup Setup => new() { Capacity = 0, Stores = () => SqliteStores.Open(folder, TimeProvider.System, NodeSetup.Quick.Rules) };

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
