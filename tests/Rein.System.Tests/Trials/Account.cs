using System.Diagnostics;
using Rein.Cli.Children;
using Rein.Protocol;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Trials;

/// <summary>Everything that can be seen of an ended run from outside, and what must be so of it (DESIGN §11).</summary>
sealed record Account(RunDocument Run, IReadOnlyList<StepDocument> Steps, IReadOnlyList<EventLine> Lines, IReadOnlyList<ItemDocument> Items, ReceiptDocument? Receipt)
{
    static readonly string[] s_ends = ["succeeded", "failed", "skipped", "stopped"];
    static readonly string[] s_begins = ["admitted", "step_enabled", "step_assigned", "step_retrying", "child_started", "step_answered", "paused", "resumed"];
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>When it is over, everything that had to be done behind its end included: account, proof, and the end of what it started.</summary>
    /// <exception cref="TimeoutException">It is not over in time.</exception>
    public static async Task<Account> Of(ReinClient client, Guid id, TimeSpan within)
    {
        var run = await client.ReadRun(id, cancel: TestServer.Cancel);
        ReceiptDocument? receipt = null;
        for (var since = Stopwatch.GetTimestamp(); ; run = await client.ReadRun(id, Look, run.Revision, TestServer.Cancel))
        {
            if (run.HasEnded && run.Stop is not null)
                receipt = await client.ReadReceipt(id, TestServer.Cancel);
            if (run.HasEnded && (run.Items == 0 || run.Export is { State: "done" }) && receipt is null or { ProvedAt: not null, Tree: null or { Live: 0 } })
                return new(run, await StepsOf(client, id), await LinesOf(client, id), await ItemsOf(client, id), receipt);
            if (Stopwatch.GetElapsedTime(since) > within)
                throw new TimeoutException($"Within {within} the run {id} is not over: {run.State}, stopping {run.IsStopping}, {receipt?.Verdict}, {receipt?.Progress?.Says}, export {run.Export?.State}, tree {receipt?.Tree}.");
        }
    }

    static async Task<IReadOnlyList<StepDocument>> StepsOf(ReinClient client, Guid id)
    {
        var (all, cursor) = (new List<StepDocument>(), (string?)null);
        do
        {
            var page = await client.ListSteps(id, cursor, cancel: TestServer.Cancel);
            all.AddRange(page.Steps);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return all;
    }

    static async Task<IReadOnlyList<EventLine>> LinesOf(ReinClient client, Guid id)
    {
        var (all, after) = (new List<EventLine>(), (long?)0);
        while (after is { } place)
        {
            var page = await client.ReadEvents(id, place, cancel: TestServer.Cancel);
            all.AddRange(page.Events.SelectMany(change => change.Lines));
            after = page.After;
        }
        return all;
    }

    static async Task<IReadOnlyList<ItemDocument>> ItemsOf(ReinClient client, Guid id)
    {
        var (all, cursor) = (new List<ItemDocument>(), (string?)null);
        do
        {
            var page = await client.ReadItems(id, cursor, 500, TestServer.Cancel);
            all.AddRange(page.Items);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return all;
    }

    public StepDocument? Step(string id) => Steps.SingleOrDefault(step => step.Id == id);

    /// <param name="cleanUp">The steps that may begin behind a stop.</param>
    /// <param name="scripts">Where scripts of this server work.</param>
    public void Check(IReadOnlyList<string> cleanUp, string scripts)
    {
        HasEndedOnce();
        NothingBeganBehindTheStop(cleanUp);
        NothingIsOpen();
        NothingCameBehindTheFence();
        NoProcessIsLeft(scripts);
        if (Receipt is { } receipt)
            SoundReceipt.Check(receipt, Run, cleanUp);
        else
            Assert.True(Run.State is "succeeded" or "failed" && Run.Stop is null, $"{Run.State}, and nobody wanted it");
    }

    void HasEndedOnce()
    {
        var end = Assert.Single(Lines, line => line.Kind is "ended");
        Assert.Equal((Run.State, Run.Cause), (end.State, end.Cause));
        Assert.All(Lines.SkipWhile(line => line != end).Skip(1), line => Assert.Equal("proved", line.Kind));
    }

    void NothingBeganBehindTheStop(IReadOnlyList<string> cleanUp) => Assert.DoesNotContain(
        Lines.SkipWhile(line => line.Kind is not "stop_requested"), line => s_begins.Contains(line.Kind) && !cleanUp.Contains(line.Step));

    void NothingIsOpen()
    {
        Assert.All(Steps, step => Assert.Contains(step.State, s_ends));
        Assert.All(Steps, step => Assert.True(step.Attempt is null or { EndedAt: not null, Outcome: not null }, $"the attempt at {step.Id} is open"));
    }

    void NothingCameBehindTheFence()
    {
        Assert.All(Steps.Where(step => step.Attempt is not null), step => Assert.InRange(step.Attempt!.EndedAt!.Value, step.Attempt.AssignedAt, Run.EndedAt!.Value));
        Assert.Equal((Run.Items, Run.Export?.Count ?? 0), (Items.Count, Items.Count));
        foreach (var attempt in Items.GroupBy(item => item.Fence))
            Assert.Equal(Enumerable.Range(1, attempt.Count()), attempt.Select(item => (int)item.Seq));
    }

    /// <summary>Neither one that carries its mark, nor an interpreter that was begun before and then given to it.</summary>
    void NoProcessIsLeft(string scripts)
    {
        Assert.Empty(Remains.Of(Run.Id));
        if (Directory.Exists(scripts))
            Assert.DoesNotContain(Directory.EnumerateFiles(scripts, "*.attempt"), note => Owner(note).Contains(Run.Id.ToString("N"), StringComparison.Ordinal));
    }

    /// <summary>Others come and go meanwhile.</summary>
    static string Owner(string note)
    {
        try
        {
            return File.ReadAllText(note);
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }
}

/// <summary>A receipt whose parts fit each other.</summary>
static class SoundReceipt
{
    public static void Check(ReceiptDocument receipt, RunDocument run, IReadOnlyList<string> cleanUp)
    {
        Assert.Equal("stopped", run.State);
        Assert.Equal((run.Cause, run.Cause), (run.Stop!.Origin, receipt.Origin));
        DateTimeOffset?[] way = [receipt.RequestedAt, receipt.SignalledAt, receipt.HeardAt, receipt.FencedAt, receipt.EndedAt, receipt.ProvedAt];
        var times = way.OfType<DateTimeOffset>().ToList();
        Assert.Equal(times.Order(), times);
        Assert.NotNull(receipt.FencedAt);
        Assert.Equal(receipt.FencedAt, receipt.EndedAt);
        Assert.Equal(run.EndedAt, receipt.EndedAt);
        Assert.Equal((0, Verdict(receipt)), (receipt.Unproved, receipt.Verdict));
        Assert.Equal(receipt.Requests.Select((_, i) => i + 1), receipt.Requests.Select(request => request.Number));
        Assert.All(receipt.Requests, request => Assert.InRange(request.At, receipt.RequestedAt, receipt.EndedAt!.Value));
        Assert.All(receipt.Attempts, attempt => Check(attempt, receipt, cleanUp));
        Assert.Equal((run.Usage, run.Items), (receipt.Usage, receipt.Attempts.Sum(attempt => attempt.Items)));
        Assert.Equal(run.Items, receipt.Manifest?.Items ?? 0);
        Assert.Contains(receipt.Entries, entry => entry.Kind is "ended");
        if (run.Children > 0)
            Check(receipt.Tree!, run);
    }

    static void Check(AttemptDocument attempt, ReceiptDocument receipt, IReadOnlyList<string> cleanUp)
    {
        Assert.True(attempt is { IsProved: true, Outcome: not null }, $"{attempt.Step} is not proved");
        Assert.Empty(attempt.Residuals ?? []);
        Assert.True(attempt.EndedAt <= receipt.FencedAt, $"{attempt.Step} ended behind the fence");
        Assert.True(attempt.AssignedAt <= (cleanUp.Contains(attempt.Step) ? receipt.FencedAt : receipt.RequestedAt), $"{attempt.Step} began behind the stop");
    }

    static string Verdict(ReceiptDocument receipt) =>
        receipt.Attempts.All(attempt => attempt.Outcome is "not_started") ? "never_started"
        : receipt.Attempts.Any(attempt => attempt.Rung is "killed") ? "killed"
        : "exited";

    static void Check(StopTree tree, RunDocument run)
    {
        Assert.Equal((true, 0, 0), (tree.IsComplete, tree.Live, tree.Unasked));
        Assert.Equal((tree.Runs, run.Id), (tree.Members.Count, tree.Members[0].RunId));
        Assert.Equal(run.Children, tree.Members.Count(member => member.ParentRunId == run.Id));
        Assert.All(tree.Members.Skip(1), member => Assert.True(member.State is not "stopped" || member.Origin is "parent", $"{member.RunId} was stopped by {member.Origin}"));
    }
}
