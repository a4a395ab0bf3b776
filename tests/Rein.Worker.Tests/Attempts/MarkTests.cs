using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>What code says of where it is, and what it is told of where it was.</summary>
public sealed class MarkTests
{
    static readonly string[] Pages = ["a", "b"];

    [Fact]
    public async Task Progress_is_told_and_only_the_latest_of_what_gathers()
    {
        await using var server = new ServerByHand(new StopThread(), "paging", (run, _) =>
        {
            for (var page = 1; page <= 1000; page++)
                run.Progress(page / 1000.0, $"page {page}");
            return Task.FromResult(StepResult.Success);
        });
        var attempt = server.Assign("paging");

        var told = new List<ProgressReport>();
        Report report;
        while ((report = await server.Next()) is ProgressReport progress)
            told.Add(progress);
        Assert.Equal(new(attempt, 1000, 1, "page 1000"), told[^1]);
        Assert.InRange(told.Count, 1, 999);
        Assert.Equal(told.Select(one => one.Number).Order(), told.Select(one => one.Number));
        Assert.IsType<EndedReport>(report);
    }

    [Theory]
    [InlineData(-3.0, 0.0)]
    [InlineData(7.0, 1.0)]
    [InlineData(double.NaN, null)]
    [InlineData(null, null)]
    public async Task Progress_beyond_its_bounds_is_brought_within_them(double? said, double? told)
    {
        await using var server = new ServerByHand(new StopThread(), "paging", (run, _) =>
        {
            run.Progress(said, new string('x', 2000));
            return Task.FromResult(StepResult.Success);
        });
        server.Assign("paging");
        var progress = Assert.IsType<ProgressReport>(await server.Next());
        Assert.Equal((told, ProgressReport.MaxNote), (progress.Fraction, progress.Note!.Length));
    }

    [Fact]
    public async Task A_checkpoint_is_durable_when_its_call_returns_and_what_was_collected_before_it_is_durable_before_it()
    {
        var isUnderWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ServerByHand(new StopThread(), "paging", async (run, _) =>
        {
            await run.Items.AddText("one");
            await isUnderWay.Task;
            await run.Items.AddText("two");
            await run.Checkpoint(new { page = 1, pages = Pages });
            await run.Items.AddText("three");
            return StepResult.Success;
        })
        { Losing = 3 };
        server.Assign("paging");
        while (server.Sent.IsEmpty)
            await Task.Yield();
        isUnderWay.SetResult();

        Assert.Equal(1, Assert.IsType<ItemsReport>(await server.Next()).FirstSeq);
        Assert.Equal(2, Assert.IsType<ItemsReport>(await server.Next()).FirstSeq);
        var checkpoint = Assert.IsType<CheckpointReport>(await server.Next());
        Assert.Equal("""{"page":1,"pages":["a","b"]}""", Encoding.UTF8.GetString(checkpoint.Value.Span));
        Assert.Equal(3, Assert.IsType<ItemsReport>(await server.Next()).FirstSeq);
        Assert.IsType<EndedReport>(await server.Next());
    }

    [Fact]
    public async Task A_later_try_reads_what_the_earlier_one_left_until_it_makes_its_own()
    {
        var seen = new List<Place?>();
        await using var server = new ServerByHand(new StopThread(), "paging", async (run, _) =>
        {
            seen.Add(run.LastCheckpoint<Place>());
            await run.Checkpoint(new Place(8));
            seen.Add(run.LastCheckpoint<Place>());
            return StepResult.Success;
        });
        server.Assign("paging");
        await UntilEnded(server);
        server.Assign("paging", ServerByHand.Name(), with: frame => frame with { Try = 2, Checkpoint = "{\"page\":7}"u8.ToArray() });
        await UntilEnded(server);

        Assert.Equal([null, new(8), new(7), new(8)], seen);
    }

    sealed record Place(int Page);

    [Fact]
    public async Task A_checkpoint_of_more_than_64_KB_is_refused_where_it_is_made_and_the_one_before_it_stands()
    {
        await using var server = new ServerByHand(new StopThread(), "paging", async (run, _) =>
        {
            await run.Checkpoint("small");
            var refused = await Assert.ThrowsAsync<CheckpointTooLargeException>(() => run.Checkpoint(new string('x', CheckpointReport.MaxBytes)));
            Assert.Equal(CheckpointReport.MaxBytes + 2, refused.Bytes);
            Assert.Equal("small", run.LastCheckpoint<string>());
            return StepResult.Success;
        });
        server.Assign("paging");
        Assert.Equal(7, Assert.IsType<CheckpointReport>(await server.Next()).Value.Length);
        Assert.Equal(AttemptOutcome.Succeeded, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task Secrets_are_hidden_in_both()
    {
        await using var server = new ServerByHand(new StopThread(), "paging", async (run, _) =>
        {
            run.Progress(null, "with hunter22 now");
            await run.Checkpoint(new { token = "hunter22" });
            return StepResult.Success;
        });
        server.Assign("paging", ServerByHand.Name(), with: frame => frame with { Secrets = ["hunter22"] });
        Assert.Equal("with *** now", Assert.IsType<ProgressReport>(await server.Next()).Note);
        Assert.Equal("""{"token":"***"}""", Encoding.UTF8.GetString(Assert.IsType<CheckpointReport>(await server.Next()).Value.Span));
    }

    [Fact]
    public async Task Code_knows_how_long_it_has_and_a_token_that_is_the_same_over_all_tries()
    {
        var seen = new List<(TimeSpan? Left, string Token)>();
        await using var server = new ServerByHand(new StopThread(), "paging", (run, _) =>
        {
            seen.Add((run.TimeLeft, run.IdempotencyToken));
            return Task.FromResult(StepResult.Success);
        });
        var attempt = server.Assign("paging");
        await UntilEnded(server);
        server.Assign("paging", attempt with { Fence = 2 }, timeoutMs: 90_000, with: frame => frame with { DeadlineMs = 60_000 });
        await UntilEnded(server);
        server.Assign("paging", attempt with { Fence = 3, Step = "other" }, with: frame => frame with { DeadlineMs = 0 });
        await UntilEnded(server);

        Assert.Null(seen[0].Left);
        Assert.InRange(seen[1].Left!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.Zero, seen[2].Left);
        Assert.Equal(seen[0].Token, seen[1].Token);
        Assert.NotEqual(seen[0].Token, seen[2].Token);
        Assert.Matches("^[0-9a-f]{32}$", seen[0].Token);
    }

    static async Task UntilEnded(ServerByHand server)
    {
        while (await server.Next() is not EndedReport) { }
    }
}
