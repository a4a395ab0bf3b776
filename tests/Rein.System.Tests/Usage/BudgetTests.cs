using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Storage.Sqlite;
using Rein.System.Tests.Host;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Usage;

public sealed class BudgetTests : IDisposable
{
    /// <summary>A kind whose time is free: it costs what it reports.</summary>
    static readonly Rules FreeTime = NodeSetup.Quick.Rules with
    {
        Prices = new(ImmutableDictionary<string, Price>.Empty.Add("buying", new(0)), Price.Usual),
    };

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static NodeSetup With(StepHandler buying) =>
        new() { Options = NodeSetup.Quick with { Rules = FreeTime }, Handlers = { ["buying"] = buying } };

    /// <summary>On a folder that outlives the node.</summary>
    NodeSetup Kept(StepHandler buying) => With(buying) with { Stores = () => SqliteStores.Open(folder, TimeProvider.System, FreeTime) };

    /// <summary>On a clock that stands still, where a second costs a credit.</summary>
    NodeSetup Standing(ManualClock clock, StepHandler buying)
    {
        var time = new SteadyTime(clock);
        return new()
        {
            Options = NodeSetup.Quick with { Time = time },
            Stores = () => SqliteStores.Open(folder, time, NodeSetup.Quick.Rules),
            Handlers = { ["buying"] = buying },
        };
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    const string Three = """
        { "nodes": { "root": { "type": "manual", "children": ["a", "b", "c"] }, "a": { "type": "buying" }, "b": { "type": "buying" }, "c": { "type": "buying" } } }
        """;

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
    int bought;

    /// <summary>Buys for a credit each time, until it is told to stop.</summary>
    async Task<StepResult> Buy(RunContext run, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            Interlocked.Increment(ref bought);
            await run.Usage.Add(1);
        }
    }

    [Fact]
    public async Task Code_that_says_what_it_uses_is_stopped_while_it_runs_and_not_one_report_later_H21()
    {
        await using var node = await TestNode.Start(With(Buy));
        var run = await node.StartRun(Graphs.Single("buying"), start => start with { Budget = 5 * Credit.One });

        var ended = await node.UntilProved(run);

        Assert.Equal((RunState.Stopped, Cause.Budget, "system"), (ended.State, ended.Cause, ended.Stop!.Actor));
        Assert.Equal((5, 5 * Credit.One), (bought, ended.Credits));
        Assert.Equal(Verdict.Exited, ended.Verdict);
        Assert.Equal(5 * Credit.One, (await node.Stores.Reader.ReceiptEntries(run, CancellationToken.None))[0].Entry.Credits);
        Assert.Equal(ended.Credits, ended.Budget!.Spent);
    }

    [Fact]
    public async Task Each_that_executes_uses_at_most_one_report_too_much_H21()
    {
        await using var node = await TestNode.Start(With(Buy));
        var run = await node.StartRun(Three, start => start with { Budget = 20 * Credit.One });
        var ended = await node.UntilProved(run);
        Assert.Equal(Cause.Budget, ended.Cause);
        Assert.InRange(ended.Credits, 20 * Credit.One, 22 * Credit.One);
        Assert.Equal(bought * Credit.One, ended.Credits);
    }

    [Fact]
    public async Task Code_that_says_nothing_is_stopped_at_the_moment_its_time_has_used_it_up_and_uses_no_more_than_it_takes_to_leave_H21()
    {
        var (clock, told, mayLeave) = (new ManualClock(), NewSource(), NewSource());
        await using var node = await TestNode.Start(Standing(clock, async (run, stop) =>
        {
            await stop.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            told.SetResult();
            await mayLeave.Task;
            return StepResult.Success;
        }));
        var run = await node.StartRun(Graphs.Single("buying"), start => start with { Budget = 100_000 });
        var began = (await node.Until(run, now => now.ActiveAttempts == 1)).StartedAt!.Value;

        clock.Move(TimeSpan.FromSeconds(0.1));
        await told.Task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        clock.Move(TimeSpan.FromSeconds(0.05));
        mayLeave.SetResult();

        var ended = await node.UntilProved(run);
        Assert.Equal((RunState.Stopped, Cause.Budget, began + TimeSpan.FromSeconds(0.1)), (ended.State, ended.Cause, ended.Stop!.RequestedAt));
        Assert.Equal((150_000, 150_000, TimeSpan.FromSeconds(0.15)), (ended.Credits, ended.Budget!.Spent, ended.Used));
    }

    [Fact]
    public async Task What_a_budget_has_left_when_its_node_dies_is_all_that_is_spent_in_the_next_life_H21()
    {
        var run = Guid.Empty;
        await using (var first = await TestNode.Start(Kept(Buy) with { Capacity = 0 }))
        {
            // Its worker dies with it, and comes back under its name.
            var worker = await TestWorker.Connect(first, name: "embedded", kinds: "buying");
            run = await worker.Begin(() => first.StartRun(Graphs.Single("buying", """{ "maxAttempts": 2, "backoff": { "initialSeconds": 0.01 } }"""), start => start with { Budget = 5 * Credit.One }));
            Assert.Equal(ReportStatus.Accepted, (await worker.Report(new UsageReport(worker.Held, 3 * Credit.One))).Status);
            await first.Die();
        }
        await using var next = await TestNode.Start(Kept(Buy));
        var ended = await next.UntilProved(run);
        Assert.Equal((Cause.Budget, 2, 5 * Credit.One), (ended.Cause, bought, ended.Credits));
        Assert.Equal([3 * Credit.One, 2 * Credit.One], (await next.Attempts(run)).Select(one => one.Attempt.Reported));
    }

    [Fact]
    public async Task A_budget_that_time_uses_up_is_used_up_by_it_in_the_next_life_of_its_node_as_well()
    {
        Guid run;
        await using (var first = await TestNode.Start(Kept(Buy) with { Capacity = 0 }))
            run = await first.StartRun(Graphs.Single("hold"), start => start with { Budget = 100_000 });
        await using var next = await TestNode.Start(Kept(Buy));
        Assert.Equal(Cause.Budget, (await next.UntilProved(run)).Cause);
    }

    [Fact]
    public async Task Reports_that_are_doubled_and_overtaken_count_once()
    {
        var setup = With(async (run, _) =>
        {
            for (var i = 0; i < 20; i++)
                await run.Usage.Add(0.25m);
            await run.Usage.ReportTotal(3);
            return StepResult.Success;
        });
        await using var node = await TestNode.Start(setup with { Wire = channel => new EchoingChannel(channel) });
        var ended = await node.UntilEnded(await node.StartRun(Graphs.Single("buying")));
        Assert.Equal((RunState.Succeeded, 5 * Credit.One), (ended.State, ended.Credits));
    }

    [Fact]
    public async Task What_is_used_after_the_fence_is_refused_and_whoever_reports_it_is_told()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayReport = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var refused = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await TestNode.Start(With(async (run, _) =>
        {
            await run.Usage.Add(2);
            began.SetResult();
            await mayReport.Task;
            var late = run.Usage.Add(40).AsTask();
            await late.ContinueWith(_ => { }, TaskScheduler.Default);
            refused.SetResult(late.IsCanceled);
            return StepResult.Success;
        }));
        var run = await node.StartRun(Graphs.Single("buying"));
        await began.Task;
        await node.Stop(run, force: true);
        mayReport.SetResult();

        Assert.True(await refused.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(2 * Credit.One, (await node.UntilProved(run)).Credits);
    }

    [Fact]
    public async Task A_foreign_or_forged_report_of_usage_counts_for_nothing()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("hold"));
        var running = await node.Until(run, now => now.ActiveAttempts == 1);
        var fence = (await node.Attempts(run)).Single().Attempt.Fence;
        Assert.Equal(Answer.Fenced, (await node.Commands.Submit(null, new ReportUsage(run, "a", fence + 1, Credit.One))).Answer);
        Assert.Equal(Answer.Unknown, (await node.Commands.Submit(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), new ReportUsage(run, "a", fence, Credit.One))).Answer);
        Assert.Equal(running.Revision, (await node.Read(run)).Revision);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

/// <summary>Sends every report of usage twice, and the first one again behind each.</summary>
sealed class EchoingChannel(IWorkerChannel inner) : IWorkerChannel
{
    UsageReport? first;

    public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) => inner.Open(request, cancel);

    public IAsyncEnumerable<CommandFrame> Commands(Guid session, CancellationToken cancel) => inner.Commands(session, cancel);

    public async Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel)
    {
        var answers = await inner.Report(session, reports, cancel);
        foreach (var usage in reports.OfType<UsageReport>())
            await inner.Report(session, [usage, first ??= usage], cancel);
        return answers;
    }

    public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel) => inner.Beat(session, beat, cancel);

    public Task Close(Guid session, CancellationToken cancel) => inner.Close(session, cancel);
}
