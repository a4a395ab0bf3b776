using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>What attempts say of where they are: the latest counts, and nothing after the fence.</summary>
public abstract class MarkContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task The_latest_progress_of_an_attempt_is_read_with_its_time()
    {
        var run = await Driver.StartAndClaim();
        Assert.Equal(new(1, false), await Driver.Append(Mark(AppendKind.Progress, run, 1, """{"fraction":0.1}""")));
        Assert.Equal(new(2, false), await Driver.Append(Mark(AppendKind.Progress, run, 2, """{"fraction":0.2}""")));
        var row = Assert.Single(await Stores.Progress.Of(run.Id, Cancel));
        Assert.Equal(("work", Driver.Fence(run), 2, """{"fraction":0.2}"""), (row.Step, row.Fence, row.Number, Driver.Text(row.Json)));
        Assert.True(row.At >= run.ChangedAt);
        Assert.Empty(await Checkpoints(run));
    }

    [Fact]
    public async Task A_run_that_repeats_another_is_given_its_checkpoints_and_its_attempts_write_over_them()
    {
        var given = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("work", """{"page":7}"""u8.ToArray());
        var source = await Driver.Start();
        var run = await Driver.Claim((await Driver.Start(Driver.Order() with { Source = source.Id, Checkpoints = given })).Id);
        Assert.Equal(["""{"page":7}"""], await Checkpoints(run));
        Assert.Equal("""{"page":7}""", Driver.Text(Assert.Single(await Stores.Reader.Checkpoints(run.Id, ["work", "root"], Cancel)).Value));
        await Driver.Append(Mark(AppendKind.Checkpoint, run, 1, "8"));
        Assert.Equal(["8"], await Checkpoints(run));
        Assert.Empty(await Stores.Reader.Checkpoints(source.Id, ["work"], Cancel));
    }

    [Fact]
    public async Task Marks_are_read_of_the_steps_that_are_named_and_of_no_other()
    {
        var run = (await Driver.Start(Graphs.Diamond)).Id;
        foreach (var step in new[] { "left", "right" })
        {
            var fence = Driver.Fence(await Driver.Claim(run, step), step);
            await Driver.Append(new(AppendKind.Progress, run, step, fence, 1, [Driver.Utf8("1")]));
            await Driver.Append(new(AppendKind.Checkpoint, run, step, fence, 1, [Driver.Utf8($"\"{step}\"")]));
        }

        Assert.Equal(["right"], (await Stores.Progress.Of(run, ["right", "join"], Cancel)).Select(row => row.Step));
        Assert.Equal(["left", "right"], (await Stores.Progress.Of(run, ["right", "left"], Cancel)).Select(row => row.Step));
        var (saved, json) = Assert.Single(await Stores.Reader.Checkpoints(run, ["join", "left"], Cancel));
        Assert.Equal(("left", "\"left\""), (saved, Driver.Text(json)));
        Assert.Empty(await Stores.Progress.Of(run, [], Cancel));
        Assert.Empty(await Stores.Reader.Checkpoints(run, [], Cancel));
    }

    [Theory]
    [InlineData(AppendKind.Progress)]
    [InlineData(AppendKind.Checkpoint)]
    public async Task One_that_was_overtaken_is_acknowledged_and_changes_nothing(AppendKind kind)
    {
        var run = await Driver.StartAndClaim();
        await Driver.Append(Mark(kind, run, 2, "2"));
        Assert.Equal(new(1, false), await Driver.Append(Mark(kind, run, 1, "1")));
        Assert.Equal(new(2, false), await Driver.Append(Mark(kind, run, 2, "2")));
        Assert.Equal(["2"], await Kept(kind, run));
    }

    [Fact]
    public async Task Of_several_in_one_unit_the_last_is_kept_and_items_go_beside_them()
    {
        var run = await Driver.StartAndClaim();
        await using (var unit = await Begin())
        {
            await unit.LockRuns([run.Id], wait: true, Cancel);
            var answers = await unit.Append(
                [Mark(AppendKind.Checkpoint, run, 1, "1"), Driver.Items(run, 1, "7"), Mark(AppendKind.Checkpoint, run, 3, "3"), Mark(AppendKind.Checkpoint, run, 2, "2")],
                Cancel);
            Assert.All(answers, answer => Assert.False(answer.IsFenced));
            await unit.Commit(new([]), Cancel);
        }
        Assert.Equal(["3"], await Checkpoints(run));
        Assert.Equal(1, (await View(run.Id)).ItemsSoFar);
    }

    [Theory]
    [InlineData(AppendKind.Progress)]
    [InlineData(AppendKind.Checkpoint)]
    public async Task Nothing_is_marked_after_the_fence_under_an_old_one_or_of_nothing(AppendKind kind)
    {
        var first = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Append(Mark(kind, first, 1, "1"));
        await Driver.Do(new LoseAttempt(first.Id, "work", Driver.Fence(first)));
        Assert.True((await Driver.Append(Mark(kind, first, 2, "late"))).IsFenced);
        var second = await Driver.Claim(first.Id);
        Assert.True((await Driver.Append(Mark(kind, first, 3, "old"))).IsFenced);
        Assert.True((await Driver.Append(Mark(kind, second, 1, "x") with { Run = Driver.NewId() })).IsFenced);
        Assert.Equal(["1"], await Kept(kind, first));

        await Driver.Append(Mark(kind, second, 1, "of the second"));
        Assert.Equal(["of the second"], await Kept(kind, first));
        await Driver.Stop(first.Id, force: true);
        Assert.True((await Driver.Append(Mark(kind, second, 2, "dead"))).IsFenced);
        Assert.Equal(["of the second"], await Kept(kind, first));
    }

    async Task<List<string>> Kept(AppendKind kind, Run run) => kind is AppendKind.Checkpoint
        ? await Checkpoints(run)
        : [.. (await Stores.Progress.Of(run.Id, Cancel)).Select(row => Driver.Text(row.Json))];

    async Task<List<string>> Checkpoints(Run run)
    {
        await using var unit = await Begin();
        await unit.LockRuns([run.Id], wait: true, Cancel);
        return [.. (await unit.FindCheckpoints([(run.Id, "work"), (run.Id, "root")], Cancel)).Values.Select(json => Driver.Text(json))];
    }

    static Append Mark(AppendKind kind, Run run, long number, string json) =>
        new(kind, run.Id, "work", Driver.Fence(run), number, [Driver.Utf8(json)]);
}
