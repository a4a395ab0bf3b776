using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class RunTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_run_that_succeeded_says_so_with_its_step_and_attempt()
    {
        var run = await server.Client.Start(await server.Save("noop"), cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var ended = await server.Client.ReadRun(run.Id, cancel: Cancel);
        Assert.Equal(("succeeded", "completed", true), (ended.State, ended.Cause, ended.HasEnded));
        var step = Assert.Single(ended.Steps!);
        Assert.Equal(("succeeded", "succeeded", "embedded"), (step.State, step.Attempt!.Outcome, step.Attempt.Worker));
        Assert.Equal(step.Id, Assert.Single((await server.Client.ListSteps(run.Id, cancel: Cancel)).Steps).Id);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_by_what_is_asked_for()
    {
        var name = await server.Save("hold");
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Add((await server.Client.Start(name, new() { Labels = new Dictionary<string, string> { ["n"] = $"{i}" } }, cancel: Cancel)).Id);
        await server.Client.Stop(ids[0], new() { Force = true }, cancel: Cancel);
        var newest = Enumerable.Reverse(ids).ToList();

        var page = await server.Client.ListRuns(new() { Workflow = name, Limit = 2 }, Cancel);
        Assert.Equal(newest[..2], page.Runs.Select(run => run.Id));
        var rest = await server.Client.ListRuns(new() { Workflow = name, Limit = 2, Cursor = page.Cursor }, Cancel);
        Assert.Equal(newest[2..], rest.Runs.Select(run => run.Id));
        Assert.Null(rest.Cursor);
        Assert.Equal([ids[0]], (await server.Client.ListRuns(new() { Workflow = name, States = ["stopped", "failed"] }, Cancel)).Runs.Select(run => run.Id));
        Assert.Equal([ids[1]], (await server.Client.ListRuns(new() { Workflow = name, Label = "n=1" }, Cancel)).Runs.Select(run => run.Id));
        Assert.Empty((await server.Client.ListRuns(new() { Workflow = name, Stopping = true }, Cancel)).Runs);
    }

    [Fact]
    public async Task A_long_poll_is_answered_by_the_next_change()
    {
        var run = await server.StartAndBegin("hold");
        var now = await server.Client.ReadRun(run.Id, cancel: Cancel);
        var polled = server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(30), now.Revision, Cancel);
        await server.Client.Pause(run.Id, "to see it", Cancel);
        var changed = await polled;
        Assert.True(changed.Revision > now.Revision);
        Assert.Equal(("to see it", "key:admin"), (changed.Pause!.Reason, changed.Pause.Actor));
    }

    [Fact]
    public async Task A_long_poll_without_a_change_ends_in_time()
    {
        var run = await server.StartAndBegin("hold");
        var began = Stopwatch.GetTimestamp();
        var same = await server.Client.ReadRun(run.Id, TimeSpan.FromMilliseconds(200), cancel: Cancel);
        Assert.Equal("running", same.State);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.19, 5);
    }

    [Fact]
    public async Task A_long_poll_of_an_ended_run_does_not_wait()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var began = Stopwatch.GetTimestamp();
        Assert.Equal("stopped", (await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(60), cancel: Cancel)).State);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        var run = await server.StartAndBegin("hold");
        var first = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}");
        var again = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}", change: r => r.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        await server.Client.Pause(run.Id, cancel: Cancel);
        var changed = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}", change: r => r.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task What_cannot_have_changed_is_told_without_a_look_at_the_steps()
    {
        var looks = 0;
        await using var own = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Reader", (real, _) => Instead.Of(real.Reader, nameof(IRunReader.Steps), (reader, args) =>
            {
                Interlocked.Increment(ref looks);
                return args[1] is IReadOnlyCollection<string> ids
                    ? reader.Steps((Guid)args[0]!, ids, (CancellationToken)args[2]!)
                    : reader.Steps((Guid)args[0]!, (string?)args[1], (int)args[2]!, (CancellationToken)args[3]!);
            })),
        };
        await own.InitializeAsync();
        var run = await own.StartAndBegin("hold");
        await own.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var first = await own.Send(HttpMethod.Get, $"/v1/runs/{run.Id}");
        Assert.Equal(1, looks);

        var again = await own.Send(HttpMethod.Get, $"/v1/runs/{run.Id}", change: r => r.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.Tag));

        Assert.Equal((HttpStatusCode.NotModified, 1), (again.StatusCode, looks));
    }

    [Fact]
    public async Task A_pause_is_taken_back_by_a_resume_and_stands_against_no_stop()
    {
        var run = await server.StartAndBegin("hold");
        Assert.True((await server.Client.Pause(run.Id, cancel: Cancel)).IsPaused);
        Assert.True((await server.Client.Pause(run.Id, cancel: Cancel)).IsPaused);
        Assert.False((await server.Client.Resume(run.Id, Cancel)).IsPaused);
        await server.Client.Pause(run.Id, cancel: Cancel);
        Assert.True((await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel)).IsGone);
        await Refused.With(ProblemCodes.RunEnded, () => server.Client.Resume(run.Id, Cancel));
        await Refused.With(ProblemCodes.RunEnded, () => server.Client.Pause(run.Id, cancel: Cancel));
    }

    [Fact]
    public async Task A_stopping_run_is_neither_paused_nor_resumed()
    {
        var run = await server.StartAndBegin("deaf");
        await server.Client.Stop(run.Id, new() { GraceSeconds = 60 }, cancel: Cancel);
        await Refused.With(ProblemCodes.RunStopping, () => server.Client.Pause(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunStopping, () => server.Client.Resume(run.Id, Cancel));
    }

    [Fact]
    public async Task A_run_that_tidies_up_behind_its_own_end_is_not_paused_and_nobody_is_said_to_have_stopped_it()
    {
        const string tidied = """{"nodes":{"root":{"type":"manual","children":["work"]},"work":{"type":"noop"},"tidy":{"type":"hold","payload":{"finally":true}}}}""";
        var run = await server.Client.StartInline(new() { Definition = JsonElement.Parse(tidied) }, cancel: Cancel);
        await foreach (var change in server.Client.Watch(run.Id, cancel: Cancel))
            if (change.Lines.Any(line => line is { Kind: "step_assigned", Step: "tidy" }))
                break;
        var problem = await Refused.With(ProblemCodes.NotNow, () => server.Client.Pause(run.Id, cancel: Cancel));
        Assert.Contains("clean-up", problem.Detail, StringComparison.Ordinal);
        await server.Client.Stop(run.Id, new() { Force = true }, cancel: Cancel);
    }

    [Fact]
    public async Task A_failure_that_has_a_branch_leads_there_and_the_run_is_partial()
    {
        const string asks = """
            {"nodes":{
              "root":{"type":"manual","children":["ask"]},
              "ask":{"type":"log","payload":{"message":"{{root.result.absent}}","onFailure":"branch"},"children":["up","down"]},
              "up":{"type":"noop"},
              "down":{"type":"log","branch":"failed","payload":{"message":"it does not answer"}}}}
            """;
        var run = await server.Client.StartInline(new() { Definition = JsonElement.Parse(asks) }, cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var ended = await server.Client.ReadRun(run.Id, cancel: Cancel);
        Assert.Equal(("succeeded", "partial"), (ended.State, ended.Cause));
        Assert.Equal([("ask", "failed"), ("down", "succeeded")], ended.Steps!.Select(step => (step.Id, step.State)).Order());
    }
}
