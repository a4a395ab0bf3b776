using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Storage.Sqlite;
using Rein.System.Tests.Nodes;
using Rein.Tests;
using Rein.Worker;

namespace Rein.System.Tests.Clock;

/// <summary>A whole node on a machine whose clock is set while it works.</summary>
public sealed class ClockJumpTests : IDisposable
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly SetClock clock = new();
    readonly CancellationTokenSource over = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Nobody_is_lost_when_the_clock_is_set_by_a_day(int days)
    {
        await using var node = await Start();
        var runs = new List<Guid>();
        for (var i = 0; i < 10; i++)
            runs.Add(await node.StartRun(Graphs.Single("hold")));
        foreach (var run in runs)
            await node.Until(run, now => now.ActiveAttempts == 1);

        clock.Set(days * Day);
        await ForLeases();

        foreach (var run in runs)
        {
            Assert.Equal(RunState.Running, (await node.Read(run)).State);
            await node.Stop(run);
            var ended = await node.UntilProved(run);
            Assert.Equal((RunState.Stopped, Verdict.Exited), (ended.State, ended.Verdict));
            Assert.Equal(1, Assert.Single(await node.Attempts(run)).Attempt.Try);
            await IsInOrder(node, run);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_stop_of_code_that_does_not_listen_ends_by_its_grace_and_proof_whatever_the_clock_says(int days)
    {
        await using var node = await Start();
        var run = await node.StartRun(Graphs.Single("deaf"));
        await node.Until(run, now => now.ActiveAttempts == 1);
        await node.Stop(run, graceSeconds: 0.5);

        clock.Set(days * Day);

        var ended = await node.UntilEnded(run);
        Assert.Equal((RunState.Stopped, Verdict.Fenced), (ended.State, ended.Verdict));
        await IsInOrder(node, run);
    }

    [Fact]
    public async Task Deadlines_and_delays_that_were_set_before_come_when_the_clock_was_set_back()
    {
        await using var node = await Start();
        var held = await node.StartRun(Graphs.Single("hold"), start => start with { Deadline = TimeSpan.FromSeconds(2) });
        var delayed = await node.StartRun(Graphs.Delay(2000));
        await node.Until(held, now => now.ActiveAttempts == 1);

        clock.Set(-Day);

        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(delayed)).State);
        var stopped = await node.UntilEnded(held);
        Assert.Equal((RunState.Stopped, StopOrigin.Deadline), (stopped.State, stopped.Stop!.Origin));
        await IsInOrder(node, held);
    }

    [Fact]
    public async Task What_was_set_on_a_false_day_comes_in_the_next_life_on_the_right_one()
    {
        Guid delayed, held;
        await using (var node = await Start())
        {
            clock.Set(Day);
            delayed = await node.StartRun(Graphs.Delay(2000));
            held = await node.StartRun(Graphs.Single("hold"));
            await node.Until(held, now => now.ActiveAttempts == 1);
        }
        clock.Set(-Day);
        await using var next = await Start();
        Assert.Equal(RunState.Succeeded, (await next.UntilEnded(delayed)).State);
        await next.Until(held, now => now.ActiveAttempts == 1);
        await next.Stop(held);
        Assert.Equal(RunState.Stopped, (await next.UntilProved(held)).State);
        foreach (var run in new[] { delayed, held })
            await IsInOrder(next, run);
    }

    [Fact]
    public async Task A_false_day_makes_nothing_old_that_is_kept_for_a_while()
    {
        await using var node = await Start();
        var run = await node.StartRun(Graphs.Single("noop"));
        await node.UntilEnded(run);
        var (key, hour) = (new StartKey(node.Organization, "once"), new PruneRule(node.Organization, TimeSpan.FromHours(1), null, 100));
        var first = await node.Commands.Start([Order(node, key)]);

        clock.Set(2 * Day);

        Assert.Equal(0, (await node.Stores.Retention.Prune(hour, Guid.Empty, Cancel)).Pruned);
        Assert.Equal(RunState.Succeeded, (await node.Read(run)).State);
        Assert.Equal(first[0].RunId, (await node.Commands.Start([Order(node, key)]))[0].RunId);
    }

    static StartOrder Order(TestNode node, StartKey key) => new(node.Parse(Graphs.Single("noop")), key, [1]);

    async Task<TestNode> Start()
    {
        var steady = new SteadyTime(clock);
        var options = NodeSetup.Quick with { Time = steady, Lease = TimeSpan.FromSeconds(1) };
        return await TestNode.Start(new()
        {
            Options = options,
            Stores = () => SqliteStores.Open(folder, steady, options.Rules),
            Handlers = { ["deaf"] = Deaf },
        });
    }

    async Task<StepResult> Deaf(RunContext run, CancellationToken stop)
    {
        await over.Token.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return StepResult.Success;
    }

    static async Task IsInOrder(TestNode node, Guid run)
    {
        var events = await node.Stores.Reader.Events(run, 0, 1000, Cancel);
        Assert.Equal(events.Select(row => row.At), events.Select(row => row.At).Order());
        Assert.Equal(events.Select(row => row.Seq), events.Select(row => row.Seq).Order());
    }

    /// <summary>So long that whoever takes the leap for silence has looked: time itself is what is tried here.</summary>
    static async Task ForLeases()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 4; i++)
            await timer.WaitForNextTickAsync(Cancel);
    }

    public void Dispose()
    {
        over.Cancel();
        over.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
