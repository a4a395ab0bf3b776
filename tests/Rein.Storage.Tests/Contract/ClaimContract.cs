using System.Collections.Concurrent;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>Many sessions at once over one queue, with connections that break while they claim. Long with REIN_LONG=1.</summary>
public abstract class ClaimContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    const int Sessions = 64;

    static bool IsLong => Environment.GetEnvironmentVariable("REIN_LONG") is "1";
    static int Steps => IsLong ? 50_000 : 3_000;

    readonly ConcurrentBag<(Guid Run, Guid Session)> claimed = [];
    int broken;

    [Fact]
    public async Task Concurrent_claims_never_hand_out_one_step_twice()
    {
        await Fill();
        using var isEmpty = new CancellationTokenSource();
        var breaking = BreakConnections(isEmpty.Token);
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => Task.Run(() => ClaimAll(Driver.NewId()))));
        await isEmpty.CancelAsync();
        await breaking;

        Assert.Equal(claimed.Count, claimed.Select(step => step.Run).Distinct().Count());
        Assert.Equal(Steps, await Database.Number("SELECT count(*) FROM steps WHERE attempt_open AND try = 1"));
        Assert.Equal(0, await Database.Number("SELECT count(*) FROM attempts"));
        Assert.Equal(0, await Database.Number("SELECT count(*) FROM ready"));
        // A claim whose connection broke during its commit may be done all the same; its session never knew.
        Assert.InRange(Steps - claimed.Count, 0, broken * 4);
        await AssertHeldByThoseWhoClaimed();
    }

    async Task Fill()
    {
        foreach (var batch in Enumerable.Range(0, Steps).Chunk(500))
        {
            await using var unit = await Begin();
            var starts = new List<RunChange>();
            foreach (var _ in batch)
                starts.Add(await Driver.Decide(unit, Driver.Order()));
            await unit.Commit(new(starts), Cancel);
        }
    }

    async Task ClaimAll(Guid session)
    {
        while (await Database.Number("SELECT count(*) FROM (SELECT 1 FROM ready LIMIT 1) AS any_left") > 0)
            try
            {
                while (await ClaimSome(session)) { }
            }
            catch (StoreException failed) when (failed.IsTransient)
            {
                Interlocked.Increment(ref broken);
            }
    }

    async Task<bool> ClaimSome(Guid session)
    {
        await using var unit = await Begin();
        var ready = await unit.NextReady(new(null, null, ["hold"], 4), Cancel);
        var locked = await unit.LockRuns([.. ready.Select(step => step.Run)], wait: false, Cancel);
        var changes = new List<RunChange>();
        foreach (var step in ready.Where(step => locked.Runs.ContainsKey(step.Run)))
        {
            var (before, decision) = await Driver.Decide(unit, locked.Runs[step.Run], _ => new ClaimStep(step.Run, step.Step, session, "worker"));
            if (decision is { Answer: Answer.Done, Change: { } change })
                changes.Add(new(before, change));
        }
        await unit.Commit(new(changes), Cancel);
        changes.ForEach(change => claimed.Add((change.After.Id, session)));
        return ready.Count > 0;
    }

    /// <summary>Cuts each time another sixteenth was claimed.</summary>
    async Task BreakConnections(CancellationToken isEmpty)
    {
        for (var next = Steps / 16; !isEmpty.IsCancellationRequested; await Task.Yield())
            if (claimed.Count >= next && await Database.CutConnections())
                next += Steps / 16;
            else if (claimed.Count >= next)
                return;
    }

    async Task AssertHeldByThoseWhoClaimed()
    {
        foreach (var group in claimed.GroupBy(step => step.Session))
        {
            var held = (await Stores.Sessions.Held(group.Key, Cancel)).Select(attempt => attempt.Run).ToHashSet();
            Assert.Superset(group.Select(step => step.Run).ToHashSet(), held);
        }
    }
}
