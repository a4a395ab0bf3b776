using System.Text;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.System.Tests.Nodes;

public sealed class DamagedQueueTests
{
    static readonly string Echo = Graphs.Process("echo", "{{root.result.name}}");

    [Theory(DisplayName = "Damaged runs at the head of the queue keep nobody behind them waiting")]
    [InlineData("UPDATE runs SET pause = '{'")]
    [InlineData("UPDATE runs SET definition = zeroblob(32)")]
    [InlineData("UPDATE inputs SET json = '{'")]
    [InlineData("UPDATE ready SET step = 'gone'")]
    [InlineData("UPDATE runs SET revision = 9223372036854775807")]
    public async Task Damage_is_left_out(string damage)
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var start = node.Parse(Echo) with { Input = Encoding.UTF8.GetBytes("""{"name":"it"}""") };
        await node.Commands.Start([.. Enumerable.Range(0, 300).Select(_ => new StartOrder(start with { Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) }))]);
        node.Damage(damage);
        var sound = await node.StartRun(Echo, order => order with { Input = start.Input });

        await node.StartWorker();

        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(sound)).State);
    }

    [Fact(DisplayName = "Of the runs that were claimed with one that cannot be written, only that one is left out")]
    public async Task Only_the_damaged_run_is_left_out()
    {
        await using var node = await TestNode.Start(new() { Capacity = 100 });
        await node.ShutDownWorker();
        var damaged = await node.StartRun(Graphs.Single("noop"));
        node.Damage("UPDATE runs SET revision = 9223372036854775807");
        var sound = new List<Guid>();
        for (var i = 0; i < 20; i++)
            sound.Add(await node.StartRun(Graphs.Single("noop")));

        await node.StartWorker();

        foreach (var run in sound)
            Assert.Equal(RunState.Succeeded, (await node.UntilEnded(run)).State);
        Assert.Equal(RunState.Queued, (await node.Read(damaged)).State);
    }

    [Theory(DisplayName = "Damaged runs that wait for room keep nobody behind them waiting, be it by the commit that frees it or by a newcomer that would not wait")]
    [InlineData("UPDATE runs SET definition = zeroblob(32)")]
    [InlineData("UPDATE runs SET revision = 9223372036854775807")]
    public async Task Who_waits_for_room_is_left_out(string damage)
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var key = new LimitKey(node.Organization, "key");
        await node.Stores.Limits.Put(key, 0, CancellationToken.None);
        var start = node.Parse(Graphs.Single("noop")) with { LimitKeys = ["key"] };
        await node.Commands.Start([.. Enumerable.Range(0, 100).Select(_ => new StartOrder(start with { Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) }))]);
        node.Damage(damage);
        var sound = await node.StartRun(Graphs.Single("noop"), order => order with { LimitKeys = ["key"] });
        await node.Stores.Limits.Put(key, 1000, CancellationToken.None);

        await node.Commands.Admit(key);

        await node.Until(sound, run => !run.IsBlocked);
        var newcomer = await node.Commands.Start([new(start with { Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), OnConflict = OnConflict.Reject })]);
        Assert.Equal(StartAnswer.Started, newcomer[0].Answer);
    }

    [Fact(DisplayName = "A stop goes between the tries to admit damaged runs, and whoever waits for the admission is answered all the same")]
    public async Task A_stop_does_not_wait_for_the_damaged()
    {
        const int tries = 4;
        var (tried, stoppedAfter) = (0, 0);
        var stopped = new TaskCompletionSource<Task<Committed>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action stop = () => { };
        CommitProbe probe = (kinds, isCommitted) =>
        {
            if (kinds is CommitKinds.Stop && isCommitted)
                stoppedAfter = tried;
            if (kinds is CommitKinds.None && !isCommitted && ++tried == tries)
                stop();
        };
        await using var node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = probe } });
        var other = await node.StartRun(Graphs.Single("noop"));
        var key = new LimitKey(node.Organization, "key");
        await node.Stores.Limits.Put(key, 0, CancellationToken.None);
        var start = node.Parse(Graphs.Single("noop")) with { LimitKeys = ["key"] };
        await node.Commands.Start([.. Enumerable.Range(0, AdmitWork.AtOnce).Select(_ => new StartOrder(start with { Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) }))]);
        node.Damage("UPDATE runs SET revision = 9223372036854775807 WHERE is_blocked = 1");
        stop = () => stopped.SetResult(node.Stop(other, fence: FenceAt.Now));
        Volatile.Write(ref tried, 0);
        await node.Stores.Limits.Put(key, 1000, CancellationToken.None);

        Assert.Equal(0, await node.Commands.Admit(key));

        Assert.Equal(Answer.Stopped, (await await stopped.Task).Answer);
        Assert.InRange(stoppedAfter, tries, 3 * tries);
    }

    [Fact(DisplayName = "A start does not answer for what the batch it came in would have claimed")]
    public async Task Nobody_answers_for_the_rows_of_others()
    {
        CommitProbe poison = (kinds, isCommitted) =>
        {
            if (!isCommitted && kinds.HasFlag(CommitKinds.Claim))
                throw new InvalidOperationException("poison");
        };
        await using var node = await TestNode.Start(new() { Capacity = 0, Options = NodeSetup.Quick with { Probe = poison } });
        await node.StartRun(Graphs.Single("noop"));
        await node.StartWorker();

        Assert.Equal(RunState.Waiting, (await node.Read(await node.StartRun(Graphs.Delay(60_000)))).State);
    }
}
