using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class AppendContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task Items_are_kept_in_order_and_to_the_byte()
    {
        var run = await Driver.StartAndClaim();
        Assert.Equal(new(2, false), await Driver.Append(Driver.Items(run, 1, """{"b": 1,  "a": 2}""", "\"ä\"")));
        Assert.Equal(new(3, false), await Driver.Append(Driver.Items(run, 3, "null")));
        Assert.Equal(["""{"b": 1,  "a": 2}""", "\"ä\"", "null"], await ItemsOf(run.Id));
    }

    [Fact]
    public async Task What_is_sent_again_is_acknowledged_again_and_stored_once()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(run, 1, "1", "2"));
        Assert.Equal(new(2, false), await Driver.Append(Driver.Items(run, 1, "1", "2")));
        Assert.Equal(new(3, false), await Driver.Append(Driver.Items(run, 2, "2", "3")));
        Assert.Equal(["1", "2", "3"], await ItemsOf(run.Id));
    }

    [Fact]
    public async Task After_a_gap_nothing_is_taken()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(run, 1, "1"));
        Assert.Equal(new(1, false), await Driver.Append(Driver.Items(run, 3, "3")));
        Assert.Equal(["1"], await ItemsOf(run.Id));
    }

    [Fact]
    public async Task Several_entries_of_one_attempt_follow_each_other()
    {
        var run = await Driver.StartAndClaim();
        await using (var unit = await Begin())
        {
            await unit.LockRuns([run.Id], wait: true, Cancel);
            var answers = await unit.Append(
                [Driver.Items(run, 1, "1"), Driver.Logs(run, 1, "a"), Driver.Items(run, 2, "2"), Driver.Items(run, 4, "4"), Driver.Logs(run, 2, "b")], Cancel);
            Assert.Equal([1L, 1, 2, 2, 2], answers.Select(answer => answer.HaveUpTo));
            await unit.Commit(new([]), Cancel);
        }
        Assert.Equal(["1", "2"], await ItemsOf(run.Id));
        Assert.Equal(["a", "b"], (await LogsOf(run.Id)));
    }

    [Fact]
    public async Task Nothing_is_appended_to_a_closed_attempt_and_the_answer_says_what_is_kept()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(run, 1, "1"));
        await Driver.Stop(run.Id, force: true);
        Assert.Equal(new(1, true), await Driver.Append(Driver.Items(run, 2, "2")));
        Assert.Equal(["1"], await ItemsOf(run.Id));
        Assert.True((await Driver.Append(Driver.Logs(run, 1, "a"))).IsFenced);
    }

    [Fact]
    public async Task Nothing_is_appended_under_an_old_fence_or_to_nothing()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Do(new ReturnAttempt(run.Id, "work", Driver.Fence(run), Proof.Nothing));
        var again = await Driver.Claim(run.Id);
        Assert.True((await Driver.Append(Driver.Items(run, 1, "old"))).IsFenced);
        Assert.Equal(new(1, false), await Driver.Append(Driver.Items(again, 1, "new")));
        Assert.True((await Driver.Append(Driver.Items(again, 2, "x") with { Run = Driver.NewId() })).IsFenced);
        Assert.Equal(["new"], await ItemsOf(run.Id));
    }

    [Fact]
    public async Task Items_appended_in_the_unit_that_ends_the_attempt_count()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(run, 1, "1"));
        var end = new EndAttempt(run.Id, "work", Driver.Fence(run), Outcome.Succeeded, Proof.Nothing, null, null, 0);
        var ended = await Driver.Do(run.Id, Driver.Items(run, 2, "2", "3"), _ => end);
        Assert.Equal(3, ended.Items);
        Assert.Equal(3, (await View(run.Id)).ItemsSoFar);
        Assert.Equal(["1", "2", "3"], await ItemsOf(run.Id));
    }

    [Fact]
    public async Task Items_of_open_attempts_are_counted_by_readers()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(run, 1, "1", "2"));
        Assert.Equal(2, (await View(run.Id)).ItemsSoFar);
    }

    [Fact]
    public async Task No_item_is_committed_after_its_fence()
    {
        for (var round = 0; round < 20; round++)
        {
            var run = await Driver.StartAndClaim();
            var hasBegun = new TaskCompletionSource();
            var appending = Task.Run(() => AppendUntilFenced(run, hasBegun));
            await hasBegun.Task;
            var stopped = await Driver.Stop(run.Id, force: true);
            var acknowledged = await appending;
            Assert.Equal(acknowledged, stopped.Items);
            Assert.Equal(acknowledged, (await ItemsOf(run.Id)).Count);
            Assert.True(acknowledged >= 3);
        }
    }

    async Task<long> AppendUntilFenced(Run run, TaskCompletionSource hasBegun)
    {
        for (var seq = 1L; ; seq++)
        {
            var answer = await Driver.Append(Driver.Items(run, seq, "1"));
            if (answer.IsFenced)
                return seq - 1;
            Assert.Equal(seq, answer.HaveUpTo);
            if (seq == 3)
                hasBegun.SetResult();
        }
    }

    [Fact]
    public async Task A_log_is_cut_at_its_cap_with_a_mark_and_what_is_cut_is_acknowledged()
    {
        var run = await Driver.StartAndClaim();
        var chunk = new string('x', 1000);
        for (var seq = 1; seq <= 8; seq++)
            Assert.Equal(new(seq, false), await Driver.Append(Driver.Logs(run, seq, chunk)));
        var kept = await LogsOf(run.Id);
        Assert.Equal(5, kept.Count);
        Assert.All(kept.Take(4), text => Assert.Equal(chunk, text));
        Assert.Contains("cut here", kept[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_try_numbers_its_rows_anew_and_those_of_the_first_stay()
    {
        var first = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Append(Driver.Items(first, 1, "1", "2"));
        await Driver.Append(Driver.Logs(first, 1, "one"));
        await Driver.Do(new LoseAttempt(first.Id, "work", Driver.Fence(first)));
        var second = await Driver.Claim(first.Id);
        Assert.Equal(new(1, false), await Driver.Append(Driver.Items(second, 1, "3")));
        Assert.Equal(new(1, false), await Driver.Append(Driver.Logs(second, 1, "two")));
        Assert.Equal(["1", "2", "3"], await ItemsOf(first.Id));
        Assert.Equal(["one", "two"], await LogsOf(first.Id));
        Assert.Equal(3, (await Driver.End(second)).Items);
    }

    [Fact]
    public async Task Lines_of_decided_steps_are_in_the_log()
    {
        var run = await Driver.Start(Graphs.Logging);
        var row = Assert.Single(await Stores.Reader.Logs(run.Id, ItemPosition.Start, 10, Cancel));
        Assert.Equal(new(0, "say", 1), row.Position);
        Assert.Equal("written by a step\n", Driver.Text(row.Text));
        Assert.Equal(run.ChangedAt, row.At);
    }

    [Fact]
    public async Task Items_are_read_in_pages()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Driver.Items(run, 1, "1", "2", "3"));
        var first = await Stores.Reader.Items(run.Id, ItemPosition.Start, 2, Cancel);
        Assert.Equal(new(Driver.Fence(run), "work", 2), first[^1].Position);
        var rest = await Stores.Reader.Items(run.Id, first[^1].Position, 2, Cancel);
        Assert.Equal("3", Driver.Text(Assert.Single(rest).Json));
        Assert.Empty(await Stores.Reader.Items(run.Id, rest[^1].Position, 2, Cancel));
    }

    async Task<List<string>> ItemsOf(Guid run) =>
        [.. (await Stores.Reader.Items(run, ItemPosition.Start, 100_000, Cancel)).Select(row => Driver.Text(row.Json))];

    async Task<List<string>> LogsOf(Guid run) =>
        [.. (await Stores.Reader.Logs(run, ItemPosition.Start, 100_000, Cancel)).Select(row => Driver.Text(row.Text))];
}
