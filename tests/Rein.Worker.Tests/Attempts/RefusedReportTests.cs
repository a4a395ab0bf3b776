using System.Collections.Concurrent;
using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>What a server refuses for good does not keep the rest of the worker from being heard.</summary>
public sealed class RefusedReportTests
{
    readonly ConcurrentQueue<Report> refused = new();

    [Fact]
    public async Task A_result_that_is_refused_fails_its_own_attempt_and_no_other()
    {
        await using var server = Server(
            (run, _) => Task.FromResult(StepResult.SuccessWith(run.Payload)), report => report is EndedReport { Result.Length: > 2 });

        var bad = server.Assign("it", "{\"no\":1}");
        var others = Enumerable.Range(0, 20).Select(_ => server.Assign("it")).ToHashSet();

        var ends = new List<EndedReport>();
        while (ends.Count < 21)
            ends.Add(Assert.IsType<EndedReport>(await server.Next()));
        Assert.Equal(others, ends.Where(one => one.Outcome is AttemptOutcome.Succeeded).Select(one => one.Attempt).ToHashSet());
        var failed = Assert.Single(ends, one => one.Attempt == bad);
        Assert.Equal((AttemptOutcome.Failed, "the server refused what it reported of its end"), (failed.Outcome, failed.Error));
        Assert.Equal(bad, Assert.Single(refused).Attempt);
    }

    [Fact]
    public async Task An_error_that_is_too_long_is_cut_and_no_character_parted()
    {
        var error = new string('x', EndedReport.MaxError - 1) + "\U0001F600";
        await using var server = Server((_, _) => throw new InvalidOperationException(error), _ => false);

        server.Assign("it");

        Assert.Equal(error[..^2], Assert.IsType<EndedReport>(await server.Next()).Error);
    }

    [Fact]
    public async Task Rows_that_are_refused_fail_their_attempt_after_what_was_before_them()
    {
        await using var server = Server(
            async (run, _) =>
            {
                for (var i = 0; i < 10; i++)
                    await run.Items.AddText($"{i}");
                return StepResult.Success;
            },
            report => report is ItemsReport items && items.Rows.Any(row => row.Span.SequenceEqual("\"7\""u8)));

        var attempt = server.Assign("it");

        var rows = new List<string>();
        Report next;
        while ((next = await server.Next()) is ItemsReport items)
            rows.AddRange(items.Rows.Select(row => Encoding.UTF8.GetString(row.Span)));
        var ended = Assert.IsType<EndedReport>(next);
        Assert.Equal(["\"0\"", "\"1\"", "\"2\"", "\"3\"", "\"4\"", "\"5\"", "\"6\""], rows);
        Assert.Equal((attempt, AttemptOutcome.Failed), (ended.Attempt, ended.Outcome));
    }

    [Fact]
    public async Task A_chunk_that_is_no_text_is_parted_so_that_it_fits_when_it_has_become_one()
    {
        await using var server = Server(
            async (run, _) =>
            {
                var bytes = new byte[LogBytes];
                bytes.AsSpan().Fill(0xFF);
                await run.Log.WriteChunk(bytes);
                return StepResult.Success;
            },
            _ => false);

        server.Assign("it");

        var written = 0;
        while (await server.Next() is LogsReport logs)
            foreach (var row in logs.Rows)
            {
                Assert.InRange(Encoding.UTF8.GetByteCount(Encoding.UTF8.GetString(row.Span)), 1, LogBytes);
                written += row.Length;
            }
        Assert.Equal(LogBytes, written);
    }

    [Fact]
    public async Task What_is_left_is_named_within_the_bounds_and_still_left_when_its_names_are_refused()
    {
        var isGone = false;
        await using var server = Server(
            (run, _) =>
            {
                run.Register(new(
                    new string('k', 300), new string('i', 300), _ => throw new InvalidOperationException(new string('w', 2000)), _ => Task.FromResult(Volatile.Read(ref isGone))));
                return Task.FromResult(StepResult.Success);
            },
            report => report is EndedReport { Proof.Residuals: [{ Kind.Length: > 10 }] });

        server.Assign("it");

        var left = Assert.Single(Assert.IsType<EndedReport>(await server.Next()).Proof.Residuals);
        Assert.Equal(("unnamed", "1"), (left.Kind, left.Id));
        var first = Assert.Single(Assert.IsType<EndedReport>(Assert.Single(refused)).Proof.Residuals);
        Assert.Equal((Residual.MaxName, Residual.MaxName), (first.Kind.Length, first.Id.Length));
        Assert.InRange(first.Why.Length, 1, Residual.MaxWhy);
        Volatile.Write(ref isGone, true);
        Assert.Empty(Assert.IsType<ProveReport>(await server.Next()).Proof.Residuals);
    }

    const int LogBytes = 64 * 1024;

    ServerByHand Server(StepHandler handler, Func<Report, bool> refuses) =>
        new(new StopThread(), "it", handler, options => options with { Refused = (report, _) => refused.Enqueue(report) }) { Refuses = refuses };
}
