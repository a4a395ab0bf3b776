using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Usage;

public sealed class BudgetTests
{
    /// <summary>A kind whose time is free: it costs what it reports.</summary>
    static readonly Rules FreeTime = NodeSetup.Quick.Rules with
    {
        Prices = new(ImmutableDictionary<string, Price>.Empty.Add("buying", new(0)), Price.Usual),
    };

    static NodeSetup With(StepHandler buying) =>
        new() { Options = NodeSetup.Quick with { Rules = FreeTime }, Handlers = { ["buying"] = buying } };

    const string Three = """
        { "nodes": { "root": { "type": "manual", "children": ["a", "b", "c"] }, "a": { "type": "buying" }, "b": { "type": "buying" }, "c": { "type": "buying" } } }
        """;

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
    public async Task Code_that_says_nothing_is_stopped_by_the_time_it_takes_H21()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("hold"), start => start with { Budget = 200_000 });
        var ended = await node.UntilProved(run);
        Assert.Equal((RunState.Stopped, Cause.Budget), (ended.State, ended.Cause));
        Assert.True(ended.Stop!.RequestedAt >= ended.StartedAt + TimeSpan.FromSeconds(0.2));
        Assert.Equal(Credit.Over(Credit.One, ended.Used), ended.Credits, (expected, actual) => Math.Abs(expected - actual) <= 2);
        Assert.InRange(ended.Credits, 200_000, 20_000_000);
    }

    [Fact]
    public async Task A_budget_survives_the_end_of_its_node()
    {
        var folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
        try
        {
            var setup = new NodeSetup { Stores = () => Rein.Storage.Sqlite.SqliteStores.Open(folder, TimeProvider.System, NodeSetup.Quick.Rules) };
            Guid run;
            await using (var first = await TestNode.Start(setup with { Capacity = 0 }))
                run = await first.StartRun(Graphs.Single("hold"), start => start with { Budget = 300_000 });
            await using var next = await TestNode.Start(setup);
            Assert.Equal(Cause.Budget, (await next.UntilProved(run)).Cause);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
