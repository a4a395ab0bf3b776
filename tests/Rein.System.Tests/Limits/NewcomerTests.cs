using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Limits;

/// <summary>A start that would not wait, beside other work in its batch: it is refused where somebody waits who can be admitted, and nowhere else.</summary>
public sealed class NewcomerTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_word_of_who_holds_another_key_frees_nothing_for_whoever_waits_for_both()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        await Limit(node, "narrow", 1);
        await Limit(node, "wide", 10);
        var holder = await node.StartRun(Graphs.Single("hold"), Under("narrow"));
        await Blocked(node, "narrow", "wide");

        Assert.Equal(StartAnswer.Started, await Commit(node, Word(holder), Newcomer(node, "wide")));
    }

    [Fact]
    public async Task What_is_held_in_another_organization_under_the_same_name_frees_nothing_here()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var other = await node.Stores.Keys.CreateOrganization("other", Cancel);
        await Limit(node, "narrow", 1);
        await Limit(node, "wide", 10);
        await node.StartRun(Graphs.Single("hold"), Under("narrow"));
        var foreign = await node.StartRun(Graphs.Single("hold"), start => Under("narrow")(start) with { Organization = other });
        await Blocked(node, "narrow", "wide");

        Assert.Equal(StartAnswer.Started, await Commit(node, Word(foreign), Newcomer(node, "wide")));
    }

    [Fact]
    public async Task Whoever_was_admitted_in_the_same_batch_waits_no_more()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        var key = await Limit(node, "key", 0);
        await Blocked(node, "key");
        await Limit(node, "key", 2);

        Assert.Equal(StartAnswer.Started, await Commit(node, new AdmitWork(key), Newcomer(node, "key")));
    }

    [Fact]
    public async Task Whoever_was_stopped_in_the_same_batch_waits_no_more()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        await Limit(node, "key", 0);
        var waiting = await Blocked(node, "key");
        await Limit(node, "key", 1);
        var stop = new RequestStop(waiting, StopOrigin.Manual, "key:test", "", null, FenceAt.End, Force: false);

        Assert.Equal(StartAnswer.Started, await Commit(node, new CommandWork(null, stop), Newcomer(node, "key")));
    }

    [Fact]
    public async Task A_slot_that_comes_free_in_the_same_batch_is_for_whoever_waits_for_it()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        await Limit(node, "key", 1);
        var holder = await node.StartRun(Graphs.Single("hold"), Under("key"));
        await Blocked(node, "key");
        var stop = new RequestStop(holder, StopOrigin.Manual, "key:test", "", null, FenceAt.End, Force: false);

        Assert.Equal(StartAnswer.Conflict, await Commit(node, new CommandWork(null, stop), Newcomer(node, "key")));
    }

    [Fact]
    public async Task Whoever_another_key_holds_back_until_this_batch_frees_it_comes_first()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        await Limit(node, "narrow", 1);
        await Limit(node, "wide", 1);
        var holder = await node.StartRun(Graphs.Single("hold"), Under("narrow"));
        await Blocked(node, "narrow", "wide");
        var stop = new RequestStop(holder, StopOrigin.Manual, "key:test", "", null, FenceAt.End, Force: false);

        Assert.Equal(StartAnswer.Conflict, await Commit(node, new CommandWork(null, stop), Newcomer(node, "wide")));
    }

    static async Task<LimitKey> Limit(TestNode node, string name, int max)
    {
        var key = new LimitKey(node.Organization, name);
        await node.Stores.Limits.Put(key, max, Cancel);
        return key;
    }

    static async Task<Guid> Blocked(TestNode node, params string[] keys)
    {
        var run = await node.StartRun(Graphs.Single("hold"), Under(keys));
        Assert.True((await node.Read(run)).IsBlocked);
        return run;
    }

    static Func<StartRun, StartRun> Under(params string[] keys) => start => start with { LimitKeys = [.. keys] };

    /// <summary>Of an attempt that there never was: it changes nothing.</summary>
    static CommandWork Word(Guid run) => new(null, new HearStop(run, "a", 1));

    static StartWork Newcomer(TestNode node, string key) =>
        new([new(node.Parse(Graphs.Single("hold")) with { LimitKeys = [key], OnConflict = OnConflict.Reject })]);

    static async Task<StartAnswer> Commit(TestNode node, Work first, StartWork start)
    {
        await using var unit = await node.Stores.Runs.Begin(Cancel);
        var batch = new Batch([first, start], node.Capacity, new(Rules.Default, new(node.Stores.Secrets, null, TimeProvider.System)), mayClaim: false, NullLogger.Instance);
        await batch.Decide(unit, wait: true, Cancel);
        await unit.Commit(batch.ToChangeSet(), Cancel);
        return start.Answer![0].Answer;
    }
}
