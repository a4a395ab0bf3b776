using System.Collections.Concurrent;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Storage.Postgres;

namespace Rein.Storage.Tests.Postgres;

/// <summary>
/// Four connections that do everything at once to the same runs, for a bounded number of batches: starts under limits, claims, ends, stops,
/// admissions, appends. Whatever happens, nobody waits in a circle and the books balance.
/// </summary>
public sealed class RandomBatchTests : IAsyncLifetime
{
    const int Lanes = 4;
    const int Batches = 60;

    static readonly Slice Everything = new() { AllOpen = true, Steps = ["join"], Results = ["left"], Input = true };

    readonly PostgresDatabase database = new();
    readonly ConcurrentDictionary<Guid, bool> runs = new();
    readonly Guid organization = Driver.NewId();
    readonly Guid session = Driver.NewId();
    PostgresStores stores = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stores = await database.Open(Lanes);
        await stores.Limits.Put(new(organization, "a"), 8, Cancel);
        await stores.Limits.Put(new(organization, "b"), 5, Cancel);
    }

    [Fact]
    public async Task Random_batches_over_several_connections_never_wait_in_a_circle()
    {
        // A deadlock would be a transient fault of one of them, and fail the test.
        using var isOver = new CancellationTokenSource();
        var collecting = Collect(isOver.Token);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => Work(new Random(lane)))));
        await isOver.CancelAsync();
        await collecting;

        Assert.True(await database.Number("SELECT count(*) FROM items") > 0);
        Assert.Equal(0, await database.Number("""
            SELECT count(*) FROM held FULL JOIN (SELECT id FROM runs WHERE limit_keys IS NOT NULL AND ended_at IS NULL AND NOT is_blocked) AS live ON live.id = held.run
            WHERE held.run IS NULL OR live.id IS NULL
            """));
        Assert.Equal(0, await database.Number("""
            SELECT count(*) FROM runs AS r
            WHERE (SELECT count(*) FROM ready WHERE ready.run = r.id) <> (CASE WHEN r.stop IS NULL AND r.ended_at IS NULL THEN r.ready ELSE 0 END)
               OR r.active <> (SELECT count(*) FROM steps WHERE steps.run = r.id AND attempt_open)
            """));
        Assert.Equal(0, await database.Number("""
            SELECT count(*) FROM runs AS r
            WHERE r.items <> (SELECT count(*) FROM items WHERE items.run = r.id) AND r.ended_at IS NOT NULL
            """));
    }

    /// <summary>Appends to several attempts at once, which others end meanwhile.</summary>
    async Task Collect(CancellationToken isOver)
    {
        var sent = new Dictionary<(Guid, long), long>();
        while (!isOver.IsCancellationRequested)
        {
            var held = (await stores.Sessions.Held(session, Cancel)).Take(5).ToList();
            await using var unit = await stores.Runs.Begin(Cancel);
            await unit.LockRuns([.. held.Select(attempt => attempt.Run)], wait: true, Cancel);
            var answers = await unit.Append(
                [.. held.Select(attempt => new Append(
                    AppendKind.Item, attempt.Run, attempt.Step, attempt.Fence, sent.GetValueOrDefault((attempt.Run, attempt.Fence)) + 1, [Driver.Utf8("1")]))],
                Cancel);
            await unit.Commit(new([]), Cancel);
            foreach (var (attempt, answer) in held.Zip(answers))
                sent[(attempt.Run, attempt.Fence)] = answer.HaveUpTo;
        }
    }

    async Task Work(Random random)
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            await using var unit = await stores.Runs.Begin(Cancel);
            await Batch(unit, random, wait: random.Next(3) == 0);
        }
    }

    async Task Batch(IUnit unit, Random random, bool wait)
    {
        var known = runs.Keys.ToArray();
        var some = known.Length == 0 ? [] : Enumerable.Range(0, 12).Select(_ => known[random.Next(known.Length)]).Distinct().ToArray();
        var locked = await unit.LockRuns(some, wait, Cancel);
        var limits = await unit.LockLimits([new(organization, "b"), new(organization, "a")], Cancel);
        var room = limits.ToDictionary(limit => limit.Key.Key, limit => limit.Value.Room);
        var loaded = await unit.LoadSlices([.. locked.Runs.Values.Select(run => (run, Everything))], Cancel);
        var changes = loaded.Select(run => Move(unit, run, random, room)).OfType<RunChange>().ToList();
        foreach (var step in await unit.NextReady(new(null, null, ["hold"], 4), Cancel))
            if (!locked.Runs.ContainsKey(step.Run))
                await Claim(unit, step, changes);
        for (var i = random.Next(6); i > 0; i--)
            changes.Add(Start(unit, random, room));
        await unit.Commit(new(changes), Cancel);
        changes.ForEach(change => runs[change.After.Id] = true);
    }

    static RunChange? Move(IUnit unit, Run run, Random random, Dictionary<string, int> room)
    {
        if (run.IsBlocked && random.Next(2) == 0)
            return run.LimitKeys.All(key => room[key]-- > 0) ? Decide(run, new AdmitRun(run.Id), unit) : null;
        var active = run.Steps.Values.FirstOrDefault(step => step.State is StepState.Active);
        return active is not null && random.Next(3) > 0
            ? Decide(run, new EndAttempt(run.Id, active.Id, active.Attempt!.Fence, Outcome.Succeeded, Proof.Nothing, null, null, 0), unit)
            : Decide(run, new RequestStop(run.Id, StopOrigin.Manual, "key:ops", "", TimeSpan.Zero, FenceAt.End, random.Next(2) == 0), unit);
    }

    async Task Claim(IUnit unit, ReadyStep step, List<RunChange> changes)
    {
        if (!(await unit.LockRuns([step.Run], wait: false, Cancel)).Runs.TryGetValue(step.Run, out var head))
            return;
        var (before, decision) = await Driver.Decide(unit, head, _ => new ClaimStep(step.Run, step.Step, session, "worker"));
        if (decision.Change is { } change && changes.TrueForAll(other => other.After.Id != step.Run))
            changes.Add(new(before, change));
    }

    RunChange Start(IUnit unit, Random random, Dictionary<string, int> room)
    {
        string[] keys = random.Next(3) switch { 0 => [], 1 => ["a"], _ => ["a", "b"] };
        var start = new StartRun { Run = Driver.NewId(), Organization = organization, Definition = Graphs.Diamond, Actor = "key:test", LimitKeys = [.. keys] };
        var hasRoom = keys.All(key => room[key] > 0);
        if (hasRoom)
            foreach (var key in keys)
                room[key]--;
        return new(null, start.Decide(hasRoom, Rules.Default, unit.Now).Change!, start);
    }

    static RunChange? Decide(Run run, ICommand command, IUnit unit) =>
        command.Decide(run, unit.Now).Change is { } change ? new RunChange(run, change) : null;

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        await database.DisposeAsync();
    }
}
