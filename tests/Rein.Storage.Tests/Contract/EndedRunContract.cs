using System.Security.Cryptography;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>Who comes too late: old revisions, ended runs, and the one report that is still taken.</summary>
public abstract class EndedRunContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_change_from_an_old_revision_fails_and_names_the_run()
    {
        var run = await Driver.Start();
        var before = await Driver.Load(run.Id);
        await Driver.Claim(run.Id);
        var late = new ClaimStep(run.Id, "work", Driver.NewId(), "another").Decide(before, before.ChangedAt);
        await using var unit = await Begin();
        var refused = await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([new(before, late.Change!)]), Cancel));
        Assert.False(refused.IsTransient);
        Assert.Contains(run.Id.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_poison_change_fails_its_unit_and_nothing_of_it_stays()
    {
        var run = await Driver.Start();
        var before = await Driver.Load(run.Id);
        await Driver.Claim(run.Id);
        var poison = new ClaimStep(run.Id, "work", Driver.NewId(), "another").Decide(before, before.ChangedAt);
        var fresh = Driver.Order() with { Input = Driver.Utf8("{}") };
        await Database.CountWrites();
        await using (var unit = await Begin())
        {
            var good = await Driver.Decide(unit, fresh);
            await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([good, new(before, poison.Change!)]), Cancel));
        }
        Assert.Null(await Stores.Reader.Find(Driver.Organization, fresh.Run, Cancel));
        Assert.Empty(await Database.Writes());
        Assert.Equal(RunState.Queued, (await Driver.Start(fresh)).State);
    }

    [Fact]
    public async Task A_late_success_of_a_stopped_run_is_refused_and_changes_nothing()
    {
        var claimed = await Driver.StartAndClaim();
        var loaded = await Driver.Load(claimed.Id);
        var stopped = await Driver.Stop(claimed.Id, force: true);
        var success = new EndAttempt(claimed.Id, "work", Driver.Fence(claimed), Outcome.Succeeded, Proof.Nothing, Driver.Utf8("1"), null, 0);
        var late = success.Decide(loaded, stopped.ChangedAt);
        await using (var unit = await Begin())
            await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([new(loaded, late.Change!)]), Cancel));
        AssertSameHead(stopped, await Driver.Load(claimed.Id));
        Assert.Null((await Stores.Reader.Steps(claimed.Id, null, 10, Cancel)).Single().Result);
    }

    [Fact]
    public async Task A_change_of_an_ended_run_that_is_no_proof_is_refused()
    {
        var ended = await Driver.End(await Driver.StartAndClaim());
        var change = new Change { Run = ended with { State = RunState.Failed, Revision = ended.Revision + 1 }, Touched = [] };
        await using var unit = await Begin();
        await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([new(ended, change)]), Cancel));
    }

    [Fact]
    public async Task A_proof_after_the_end_raises_the_verdict_and_nothing_else()
    {
        var claimed = await Driver.StartAndClaim();
        var stopped = await Driver.Stop(claimed.Id, force: true);
        Assert.Equal(Verdict.Fenced, stopped.Verdict);
        await Driver.Do(new ProveAttempt(claimed.Id, "work", Driver.Fence(claimed), new(Rung.Killed, 137, "tree", [])));

        var proved = await Driver.Load(claimed.Id, Slice.Of("work"));
        Assert.Equal(Verdict.Killed, proved.Verdict);
        Assert.Equal((RunState.Stopped, Outcome.Fenced), (proved.State, proved.Steps["work"].Attempt!.Outcome!.Value));
        AssertSameHead(
            stopped, proved with { Revision = stopped.Revision, ChangedAt = stopped.ChangedAt, Unproved = stopped.Unproved, Killed = stopped.Killed });
    }

    [Fact]
    public async Task A_receipt_grows_by_the_proof_and_its_hashes_are_bound_to_the_run()
    {
        var receipts = new List<IReadOnlyList<HashedEntry>>();
        foreach (var _ in new int[2])
        {
            var claimed = await Driver.StartAndClaim();
            await Driver.Stop(claimed.Id, force: true);
            await Driver.Do(new ProveAttempt(claimed.Id, "work", Driver.Fence(claimed), new(Rung.Asked, 0, null, [])));
            receipts.Add(await Stores.Reader.ReceiptEntries(claimed.Id, Cancel));
        }
        Assert.All(receipts, entries =>
        {
            Assert.Equal([(1, ReceiptEntryKind.Ended), (2, ReceiptEntryKind.Proved)], entries.Select(entry => (entry.Number, entry.Entry.Kind)));
            Assert.Equal([Verdict.Fenced, Verdict.Exited], entries.Select(entry => entry.Entry.Verdict));
            Assert.Equal("key:ops", entries[0].Entry.Stop.Actor);
            Assert.Equal(Rung.Asked, entries[1].Entry.Attempt!.Proof!.Rung);
            Assert.All(entries, entry => Assert.Equal(SHA256.HashSizeInBytes, entry.Hash.Length));
        });
        Assert.Equal(4, receipts.SelectMany(entries => entries).Select(entry => Convert.ToHexString(entry.Hash.AsSpan())).Distinct().Count());
    }

    [Fact]
    public async Task Earlier_tries_are_kept_and_can_be_proved()
    {
        var first = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Append(Driver.Items(first, 1, "1", "2", "3"));
        await Driver.Do(new LoseAttempt(first.Id, "work", Driver.Fence(first)));
        var second = await Driver.Claim(first.Id);
        await Driver.Append(Driver.Items(second, 1, "4"));
        Assert.Equal(1, (await Driver.Load(first.Id)).Steps["work"].Attempt!.Items);

        await Driver.Do(new ProveAttempt(first.Id, "work", Driver.Fence(first), new(Rung.Killed, 137, null, [])));
        var attempts = await Stores.Reader.Attempts(first.Id, Cancel);
        Assert.Equal([Driver.Fence(first), Driver.Fence(second)], attempts.Select(archived => archived.Attempt.Fence));
        Assert.Equal([1, 2], attempts.Select(archived => archived.Attempt.Try));
        Assert.Equal([3L, 1], attempts.Select(archived => archived.Attempt.Items));
        Assert.Equal(Rung.Killed, attempts[0].Attempt.Proof!.Rung);
        Assert.Equal(Outcome.Lost, attempts[0].Attempt.Outcome);
        Assert.True(attempts[1].Attempt.IsOpen);

        await using var unit = await Begin();
        Assert.Null(await unit.FindArchived(first.Id, "work", Driver.Fence(second), Cancel));
    }

    [Fact]
    public async Task A_result_that_was_not_loaded_is_kept()
    {
        var ended = await Driver.End(await Driver.StartAndClaim(Graphs.Retrying), result: """{"kept":true}""");
        Assert.Equal(RunState.Succeeded, ended.State);
        Assert.Equal("""{"kept":true}""", Driver.Text((await Stores.Reader.Steps(ended.Id, null, 10, Cancel)).Single().Result));
    }
}
