using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>Pools: where runs wait, what is drained, and how stop drills go.</summary>
public abstract class PoolContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    static readonly DrillRule s_rule = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));

    [Fact]
    public async Task A_run_waits_in_the_pool_that_it_names_unless_its_node_names_another()
    {
        var named = await Driver.Start(Driver.Order() with { Pool = "gpu" });
        Assert.Equal("gpu", (await View(named.Id)).Run.Pool);
        Assert.Equal([named.Id], (await Driver.Ready(pool: "gpu")).Select(step => step.Run));

        var said = await Driver.Start(Driver.Order(Named("default")) with { Pool = "gpu" });
        var other = await Driver.Start(Driver.Order(Named("cpu")) with { Pool = "gpu" });
        Assert.Equal([said.Id], (await Driver.Ready()).Select(step => step.Run));
        Assert.Equal([other.Id], (await Driver.Ready(pool: "cpu")).Select(step => step.Run));

        await Driver.Stop(named.Id);
        Assert.Empty(await Driver.Ready(pool: "gpu"));
    }

    [Fact]
    public async Task What_waits_is_counted_per_pool_and_kind_of_one_organization()
    {
        var oldest = await Driver.Start(Driver.Order() with { Pool = "gpu" });
        await Driver.Start(Driver.Order() with { Pool = "gpu", Priority = 5 });
        await Driver.Start();
        await new Driver(Stores, Driver.NewId()).Start(Driver.Order() with { Organization = Driver.NewId(), Pool = "gpu" });
        var depths = await Stores.Pools.Depths(Driver.Organization, Cancel);
        Assert.Equal([(null, "hold", 1), ("gpu", "hold", 2)], depths.Select(depth => (depth.Pool, depth.Kind, depth.Ready)));
        Assert.Equal(oldest.CreatedAt, depths[1].Oldest);
    }

    [Fact]
    public async Task Nothing_is_taken_of_organizations_that_are_left_out()
    {
        var theirs = new Driver(Stores, Driver.NewId());
        var mine = await Driver.Start();
        for (var i = 0; i < 3; i++)
            await theirs.Start();
        await using var unit = await Begin();
        var query = new ReadyQuery(null, null, ["hold"], 2) { Without = [theirs.Organization] };
        Assert.Equal([mine.Id], (await unit.NextReady(query, Cancel)).Select(step => step.Run));
    }

    [Fact]
    public async Task A_session_counts_what_it_holds_and_says_what_it_has_lost()
    {
        var session = await Open("one");
        var run = await Driver.Start();
        await Driver.Do(new Core.Runs.Lifecycle.ClaimStep(run.Id, "work", session.Id, "one"));
        Assert.Equal(1, (await Stores.Pools.Held([session.Id, Driver.NewId()], Cancel))[session.Id]);
        Assert.Null(Assert.Single(await Stores.Sessions.List(Driver.Organization, Cancel)).BeatAt);
        await Stores.Sessions.Renew(session.Id, Hour, 3, null, Cancel);
        var beaten = Assert.Single(await Stores.Sessions.List(Driver.Organization, Cancel));
        Assert.Equal((3, "9.9", "there", "10.0.0.9"), (beaten.Lost, beaten.Version, beaten.Node, beaten.Address));
        Assert.NotNull(beaten.BeatAt);
    }

    [Fact]
    public async Task A_drained_pool_is_closed_until_it_is_reopened()
    {
        var gpu = new PoolKey(Driver.Organization, "gpu");
        Assert.False(await Stores.Pools.Drain(gpu, null, Note("nothing"), Cancel));
        Assert.True(await Stores.Pools.Drain(gpu, new("key:a", null), Note("first"), Cancel));
        var first = Assert.Single((await Stores.Pools.Closed(Cancel)).Pools);
        Assert.Equal((gpu, "key:a", null, false), (first.Key, first.Drain!.By, first.Drain.HandBackAt, first.IsUnable));

        await Stores.Pools.Drain(gpu, new("key:b", Hour), null, Cancel);
        var (again, now) = await Stores.Pools.Closed(Cancel) is { } closed ? (Assert.Single(closed.Pools).Drain!, closed.Now) : default;
        Assert.Equal((first.Drain.Since, "key:a"), (again.Since, again.By));
        Assert.InRange(again.HandBackAt!.Value - now, Hour - TimeSpan.FromMinutes(1), Hour);
        Assert.Equal(again, Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drain);

        await Restart();
        Assert.Single((await Stores.Pools.Closed(Cancel)).Pools);
        Assert.True(await Stores.Pools.Drain(gpu, null, Note("last"), Cancel));
        Assert.Empty((await Stores.Pools.Closed(Cancel)).Pools);
        Assert.Equal(["last", "first"], (await Stores.Audit.List(new(Driver.Organization, 10), Cancel)).Select(line => line.Entry.Target));
    }

    [Fact]
    public async Task A_worker_that_comes_back_while_its_session_is_drained_is_drained_still()
    {
        var session = await Open("one");
        Assert.False(await Stores.Pools.DrainSession(Driver.NewId(), new("key:a", null), null, Cancel));
        Assert.True(await Stores.Pools.DrainSession(session.Id, new("key:a", Hour), null, Cancel));
        var drain = (await Stores.Pools.Closed(Cancel)).Sessions[session.Id];

        var again = await Open("one");
        Assert.Equal([again.Id], (await Stores.Pools.Closed(Cancel)).Sessions.Keys);
        Assert.Equal(drain, Assert.Single(await Stores.Sessions.List(Driver.Organization, Cancel)).Drain);
        await Stores.Sessions.End(again.Id, Cancel);
        await Open("one");
        Assert.Empty((await Stores.Pools.Closed(Cancel)).Sessions);
    }

    [Fact]
    public async Task A_drill_that_is_due_is_taken_once_and_comes_again_when_its_hold_is_over()
    {
        var pool = new PoolKey(Driver.Organization, null);
        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Stores.Pools.TakeDrills(5, TimeSpan.Zero, Cancel))));
        var all = taken.SelectMany(drills => drills).ToList();
        Assert.NotEmpty(all);
        Assert.Equal(all.Count, all.Select(drill => drill.Turn).Distinct().Count());

        var (first, run) = (Assert.Single(await Stores.Pools.TakeDrills(5, TimeSpan.Zero, Cancel)), Driver.NewId());
        Assert.Equal((pool, s_rule, DrillState.Waiting, null), (first.Key, first.Rule, first.State, first.Left));
        Assert.True(await Stores.Pools.BeginDrill(first, run, Cancel));
        var second = Assert.Single(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        Assert.Equal(run, second.Left);
        Assert.Empty(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        Assert.False(await Stores.Pools.BeginDrill(first, run, Cancel));
        Assert.False(await Stores.Pools.EndDrill(first, new("too late", null, null), Hour, Note("late"), Cancel));
        Assert.Empty((await Stores.Pools.Closed(Cancel)).Pools);
    }

    [Fact]
    public async Task A_pool_that_fails_its_drill_is_closed_until_one_passes()
    {
        var pool = new PoolKey(Driver.Organization, "gpu");
        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        Assert.True(await Stores.Pools.EndDrill(await Take(), new("it is deaf", TimeSpan.FromMilliseconds(3), null), TimeSpan.Zero, Note("failed"), Cancel));
        Assert.False(await Stores.Pools.EndDrill(await Take(), new("deaf still", null, null), TimeSpan.Zero, Note("again"), Cancel));
        Assert.True(Assert.Single((await Stores.Pools.Closed(Cancel)).Pools).IsUnable);
        await Restart();
        var failed = Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drill!;
        Assert.Equal((DrillState.Failed, "deaf still", null, true), (failed.State, failed.Why, failed.Proved, failed.Since < failed.LastAt));

        Assert.False(await Stores.Pools.EndDrill(await Take(), null, TimeSpan.Zero, Note("skipped"), Cancel));
        Assert.Single((await Stores.Pools.Closed(Cancel)).Pools);
        Assert.True(await Stores.Pools.EndDrill(await Take(), new(null, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(9)), Hour, Note("passed"), Cancel));
        Assert.Empty((await Stores.Pools.Closed(Cancel)).Pools);
        var passed = Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drill!;
        Assert.Equal((DrillState.Passed, null, TimeSpan.FromMilliseconds(9)), (passed.State, passed.Why, passed.Proved));
        Assert.Equal(["passed", "failed"], (await Stores.Audit.List(new(Driver.Organization, 10), Cancel)).Select(line => line.Entry.Target));

        async Task<DueDrill> Take() => Assert.Single(await Stores.Pools.TakeDrills(5, Hour, Cancel));
    }

    [Fact]
    public async Task A_drained_pool_is_not_drilled_and_one_that_failed_has_failed_though_its_drill_is_set_anew()
    {
        var pool = new PoolKey(Driver.Organization, "gpu");
        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        var drill = Assert.Single(await Stores.Pools.TakeDrills(5, TimeSpan.Zero, Cancel));
        await Stores.Pools.EndDrill(drill, new("it is deaf", null, null), TimeSpan.Zero, null, Cancel);
        await Stores.Pools.Drain(pool, new("key:a", null), null, Cancel);
        Assert.Empty(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        await Stores.Pools.Drain(pool, null, null, Cancel);
        var next = Assert.Single(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        Assert.False(await Stores.Pools.EndDrill(next, new("of before", null, null), Hour, null, Cancel));
        var failed = Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drill!;
        Assert.Equal((DrillState.Failed, "it is deaf"), (failed.State, failed.Why));

        await Stores.Pools.EndDrill(Assert.Single(await Stores.Pools.TakeDrills(5, Hour, Cancel)), new(null, TimeSpan.Zero, TimeSpan.Zero), Hour, null, Cancel);
        Assert.Equal(DrillState.Passed, Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drill!.State);
        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        var waiting = Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drill!;
        Assert.Equal((DrillState.Waiting, null, null), (waiting.State, waiting.LastAt, waiting.Proved));
        await Stores.Pools.SetDrill(pool, null, null, Cancel);
        Assert.Empty(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        Assert.Empty(await Stores.Pools.List(Driver.Organization, Cancel));
    }

    [Fact]
    public async Task A_pool_that_nothing_is_set_for_any_more_leaves_no_row_and_a_drill_of_before_does_not_count_for_the_next()
    {
        var pool = new PoolKey(Driver.Organization, "gpu");
        await Stores.Pools.Drain(pool, new("key:a", null), null, Cancel);
        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        await Stores.Pools.Drain(pool, null, null, Cancel);
        Assert.NotNull(Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drill);
        var former = Assert.Single(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        await Stores.Pools.Drain(pool, new("key:a", null), null, Cancel);
        await Stores.Pools.SetDrill(pool, null, null, Cancel);
        Assert.NotNull(Assert.Single(await Stores.Pools.List(Driver.Organization, Cancel)).Drain);

        await Stores.Pools.Drain(pool, null, null, Cancel);
        Assert.Empty(await Stores.Pools.List(Driver.Organization, Cancel));

        await Stores.Pools.SetDrill(pool, s_rule, null, Cancel);
        var next = Assert.Single(await Stores.Pools.TakeDrills(5, Hour, Cancel));
        Assert.True(next.Turn > former.Turn, $"{next.Turn} after {former.Turn}");
        Assert.False(await Stores.Pools.EndDrill(former, new("of before", null, null), Hour, null, Cancel));
    }

    [Fact]
    public async Task A_key_of_a_pool_is_one_after_its_rotation_too()
    {
        var key = new ApiKey(Driver.NewId(), Driver.Organization, "w", "abc", new byte[] { 1 }, Scopes.Work, DateTimeOffset.UnixEpoch) { Pool = "gpu" };
        await Stores.Keys.Create(key, null, Cancel);
        Assert.Equal("gpu", (await Stores.Keys.Find("abc", Cancel))!.Pool);
        Assert.Equal("gpu", (await Stores.Keys.Rotate(Driver.Organization, key.Id, new byte[] { 2 }, Hour, null, Cancel))!.Pool);
        Assert.Equal("gpu", Assert.Single(await Stores.Keys.List(Driver.Organization, Cancel)).Pool);
    }

    [Fact]
    public async Task Runs_with_a_label_are_pruned_alone()
    {
        var drill = await Ended(Driver.Order() with { Labels = Driver.Order().Labels.Add("drill", "gpu") });
        await Ended(Driver.Order() with { Labels = Driver.Order().Labels.Add("drill", "cpu") });
        await Ended(Driver.Order());
        var rule = new PruneRule(Driver.Organization, TimeSpan.FromMicroseconds(1), null, 10) { Label = ("drill", "gpu") };
        Assert.Equal(1, (await Stores.Retention.Prune(rule, Guid.Empty, Cancel)).Pruned);
        Assert.Null(await Stores.Reader.Find(Driver.Organization, drill, Cancel));
        Assert.Equal(2, (await Stores.Reader.List(new(Driver.Organization, 10), Cancel)).Count);

        async Task<Guid> Ended(Core.Runs.Lifecycle.StartRun order)
        {
            var run = await Driver.Start(order);
            await Driver.Stop(run.Id);
            return run.Id;
        }
    }

    async Task<Session> Open(string worker)
    {
        var session = new Session(Driver.NewId(), Driver.Organization, worker, "gpu", ["hold"], 4, DateTimeOffset.UnixEpoch.AddDays(20_000))
        {
            Version = "9.9", Node = "there", Address = "10.0.0.9",
        };
        await Stores.Sessions.Open(session, Hour, Cancel);
        return session;
    }

    static Definition Named(string pool) => Graphs.Parse($$"""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold", "payload": { "pool": "{{pool}}" } } } }
        """);

    AuditEntry Note(string target) => new(Driver.Organization, "key:test", AuditAction.PoolDrained, target, Driver.NewId());
}
