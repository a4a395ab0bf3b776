using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class ReaderContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_run_is_read_with_its_labels_and_its_source()
    {
        var source = await Driver.Start();
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "ä").Add("app", "");
        var run = await Driver.Start(Driver.Order() with { Labels = labels, Source = source.Id });
        var view = await View(run.Id);
        AssertSameHead(run, view.Run);
        Assert.Equal(labels, view.Labels);
        Assert.Equal((source.Id, 0, null), (view.Run.Source, view.ItemsSoFar, view.Export));
    }

    [Fact]
    public async Task The_input_of_a_run_is_read_as_it_was_given()
    {
        var with = await Driver.Start(Driver.Order() with { Input = """{"name":"ä"}"""u8.ToArray() });
        Assert.Equal("""{"name":"ä"}""", Driver.Text(await Stores.Reader.Input(with.Id, Cancel)));
        Assert.True((await Stores.Reader.Input((await Driver.Start()).Id, Cancel)).IsEmpty);
    }

    [Fact]
    public async Task A_foreign_run_and_an_unknown_one_are_both_null()
    {
        var run = await Driver.Start();
        Assert.Null(await Stores.Reader.Find(Driver.NewId(), run.Id, Cancel));
        Assert.Null(await Stores.Reader.Find(Driver.Organization, Driver.NewId(), Cancel));
    }

    [Fact]
    public async Task Steps_are_read_by_id_in_pages_with_their_results()
    {
        var run = await Driver.Start(Graphs.Diamond);
        await Driver.End(await Driver.Claim(run.Id, "left"), "left", "{}");
        var first = await Stores.Reader.Steps(run.Id, null, 2, Cancel);
        Assert.Equal(["join", "left"], first.Select(step => step.Id));
        Assert.Equal("{}", Driver.Text(first[1].Result));
        Assert.Equal(["right"], (await Stores.Reader.Steps(run.Id, "left", 2, Cancel)).Select(step => step.Id));
    }

    [Fact]
    public async Task Attempts_are_read_by_their_steps_and_fences()
    {
        var first = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Do(new LoseAttempt(first.Id, "work", Driver.Fence(first)));
        var second = await Driver.Claim(first.Id);
        var other = await Driver.StartAndClaim();
        var (former, latest) = (("work", Driver.Fence(first)), ("work", Driver.Fence(second)));

        Assert.Equal([(1, (Outcome?)Outcome.Lost)], await Read(former));
        Assert.Equal([(2, null)], await Read(latest));
        Assert.Equal([1, 2], (await Read(latest, ("work", 99), ("root", former.Item2), former)).Select(attempt => attempt.Try).Order());
        Assert.Empty(await Read());
        Assert.Empty(await Stores.Reader.Attempts(other.Id, [latest], Cancel));
        Assert.Equal(latest.Item2, Assert.Single(await Stores.Reader.OpenAttempts(first.Id, Cancel)).Attempt.Fence);
        await Driver.End(second);
        Assert.Empty(await Stores.Reader.OpenAttempts(first.Id, Cancel));

        async Task<IEnumerable<(int Try, Outcome? Outcome)>> Read(params (string, long)[] of) =>
            (await Stores.Reader.Attempts(first.Id, of, Cancel)).Select(held => (held.Attempt.Try, held.Attempt.Outcome));
    }

    [Fact]
    public async Task Events_are_one_row_per_commit_with_the_lines_of_its_decisions()
    {
        var run = await Driver.StartAndClaim();
        await Driver.Stop(run.Id);
        var ended = await Driver.End(run, outcome: Outcome.Stopped);
        var rows = await Stores.Reader.Events(run.Id, 0, 10, Cancel);
        Assert.Equal([1L, 2, 3, 4], rows.Select(row => row.Seq));
        Assert.Equal(ended.ChangedAt, rows[^1].At);
        Assert.Equal(
            [RunEventKind.Created, RunEventKind.StepEnabled, RunEventKind.StepAssigned, RunEventKind.StopRequested, RunEventKind.StepEnded, RunEventKind.Ended],
            rows.SelectMany(row => row.Lines).Select(line => line.Kind));
        var end = rows[^1].Lines[^1];
        Assert.Equal((RunState.Stopped, Cause.Manual, "too slow", "key:ops"), (end.State!.Value, end.Cause!.Value, end.Reason, end.Actor));
        Assert.Equal([3L, 4], (await Stores.Reader.Events(run.Id, 2, 10, Cancel)).Select(row => row.Seq));
        Assert.Equal([3L], (await Stores.Reader.Events(run.Id, 2, 1, Cancel)).Select(row => row.Seq));
    }

    [Fact]
    public async Task Decisions_of_one_commit_share_an_event_row()
    {
        await using var unit = await Begin();
        var started = await Driver.Decide(unit, Driver.Order());
        var claimed = new ClaimStep(started.After.Id, "work", Driver.Session, "worker").Decide(started.After, unit.Now);
        await unit.Commit(new([new(null, started.Change.Then(claimed.Change!), started.Start)]), Cancel);
        var row = Assert.Single(await Stores.Reader.Events(started.After.Id, 0, 10, Cancel));
        Assert.Equal(2, row.Seq);
        Assert.Equal(RunEventKind.StepAssigned, row.Lines[^1].Kind);
    }

    [Fact]
    public async Task Every_request_to_stop_is_kept_with_its_answer()
    {
        var claimed = await Driver.StartAndClaim();
        await Driver.Stop(claimed.Id);
        await Driver.Stop(claimed.Id, grace: TimeSpan.FromSeconds(60));
        await Driver.Stop(claimed.Id, force: true);
        var requests = await Stores.Reader.StopRequests(claimed.Id, Cancel);
        Assert.Equal(
            [(1, Answer.Asked, false), (2, Answer.AlreadyStopping, false), (3, Answer.Escalated, true)],
            requests.Select(request => (request.Number, request.Answer, request.Force)));
        Assert.Equal((StopOrigin.Manual, "key:ops", "too slow", TimeSpan.FromSeconds(60)),
            (requests[1].Origin, requests[1].Actor, requests[1].Reason, requests[1].Grace));
    }

    [Fact]
    public async Task Children_are_those_that_a_cascade_still_has_to_reach()
    {
        var parent = await Driver.StartAndClaim();
        var plain = await Child(parent);
        var asked = await Driver.Claim((await Child(parent)).Id);
        await Driver.Stop(asked.Id);
        await Child(parent, isDetached: true);
        await Driver.Stop((await Child(parent)).Id, force: true);

        Assert.Equal([plain.Id, asked.Id], await Stores.Reader.Children(parent.Id, ChildFilter.Live, 10, Cancel));
        Assert.Equal([plain.Id], await Stores.Reader.Children(parent.Id, ChildFilter.Unstopped, 10, Cancel));
        Assert.Single(await Stores.Reader.Children(parent.Id, ChildFilter.Live, 1, Cancel));
        Assert.Empty(await Stores.Reader.Children(plain.Id, ChildFilter.Live, 10, Cancel));
    }

    [Fact]
    public async Task A_reader_never_waits_for_a_writer_and_sees_what_is_committed()
    {
        var run = await Driver.Start();
        await using var unit = await Begin();
        await unit.LockRuns([run.Id], wait: true, Cancel);
        Assert.Equal(RunState.Queued, (await View(run.Id)).Run.State);
    }

    Task<Run> Child(Run parent, bool isDetached = false) => Driver.Start(Driver.Order() with { Parent = parent.Id, IsDetached = isDetached });
}
