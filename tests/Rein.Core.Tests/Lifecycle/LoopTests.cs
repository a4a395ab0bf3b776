using System.Text;
using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

public sealed class LoopTests
{
    static string Each(string items = "[10,20,30]", string more = "", string body = """ "a":{"type":"noop","payload":{"n":"{{$item}}","i":"{{$index}}"}} """, string entries = "\"a\"") => $$$"""
        {"nodes":{
          "root":{"type":"manual","children":["each"]},
          "each":{"type":"for-each","payload":{"items":{{{items}}}{{{more}}}},"loopBody":[{{{entries}}}],"children":["then"]},
          "then":{"type":"noop","payload":{"all":"{{each.result}}"}},
          {{{body}}}}}
        """;

    static LoopState? How(TestRun run) => LoopState.Of(run["each"].Result);

    static string? Result(TestRun run, string step) => run[step].Result is { } result ? Encoding.UTF8.GetString(result.Span) : null;

    static void Succeed(TestRun run, string step, string result = "1")
    {
        Assert.Equal(Answer.Done, run.Claim(step));
        Assert.Equal(Answer.Done, run.Do(new EndAttempt(run.Id, step, run.Fence(step), Outcome.Succeeded, Proof.Nothing, Encoding.UTF8.GetBytes(result), null, 0)));
    }

    static string PayloadOf(TestRun run, string step)
    {
        Assert.Equal(Answer.Done, run.Claim(step));
        return Encoding.UTF8.GetString(Assert.Single(run.Effects<Assign>()).Payload.Span);
    }

    [Fact]
    public void Iterations_go_one_after_the_other_and_their_results_are_the_result_in_order()
    {
        var run = TestRun.Start(Each());

        Assert.Equal(new(3, 1, 0, 0), How(run));
        Assert.Equal("""{"i":0,"n":10}""", PayloadOf(run, "a[0]"));
        run.End("a[0]");
        Assert.Equal("""{"i":1,"n":20}""", PayloadOf(run, "a[1]"));
        Assert.False(run.Run.Steps.ContainsKey("a[2]"));
        run.Do(new EndAttempt(run.Id, "a[1]", run.Fence("a[1]"), Outcome.Succeeded, Proof.Nothing, "\"x\""u8.ToArray(), null, 0));
        Succeed(run, "a[2]", """{"y":1}""");

        Assert.Equal(new(3, 3, 3, 0), How(run));
        Assert.Equal(StepState.Waiting, run["each"].State);
        Assert.Equal(Answer.Done, run.Wake("each"));
        Assert.Equal(StepState.Succeeded, run["each"].State);
        Assert.Equal("""{"total":3,"begun":3,"done":3,"failed":0,"results":[null,"x",{"y":1}]}""", Result(run, "each"));
        Assert.Contains("\"results\"", PayloadOf(run, "then"));
        run.End("then");
        Assert.Equal((RunState.Succeeded, Cause.Completed), (run.Run.State, run.Run.Cause!.Value));
        Assert.Empty(run.Run.Pages);
    }

    [Fact]
    public void As_many_as_its_width_are_under_way_at_once()
    {
        var run = TestRun.Start(Each("[1,2,3,4,5]", ""","width":2"""));

        Assert.Equal(new(5, 2, 0, 0), How(run));
        Succeed(run, "a[1]");
        Assert.Equal(new(5, 3, 1, 0), How(run));
        Assert.Equal(StepState.Ready, run["a[2]"].State);
        Assert.Equal(StepState.Succeeded, run["each[1]"].State);
        Assert.Equal(StepState.Waiting, run["each[0]"].State);
    }

    [Fact]
    public void Nothing_to_go_through_succeeds_at_once()
    {
        var run = TestRun.Start(Each("[]"));

        Assert.Equal("""{"total":0,"begun":0,"done":0,"failed":0,"results":[]}""", Result(run, "each"));
        Assert.Equal(StepState.Ready, run["then"].State);
    }

    [Theory]
    [InlineData("""{"list":{"a":1}}""", "'items' must become an array, and became an object")]
    [InlineData("""{"list":"no"}""", "'items' must become an array, and became a string")]
    [InlineData("""{"other":1}""", "root.result.list")]
    public void What_is_no_array_fails_the_step_and_names_it(string input, string says)
    {
        var run = TestRun.Start(Each("\"{{root.result.list}}\""), input);

        Assert.Equal(StepState.Failed, run["each"].State);
        Assert.Contains(says, run["each"].Error);
        Assert.Contains("'each'", run["each"].Error);
        Assert.Equal(RunState.Failed, run.Run.State);
    }

    [Fact]
    public void More_than_ten_thousand_items_are_refused()
    {
        var run = TestRun.Start(Each("\"{{root.result.list}}\""), $$"""{"list":[{{string.Join(',', Enumerable.Repeat(1, 10_001))}}]}""");

        Assert.Contains("10001 items, and 10000 are the most", run["each"].Error);
    }

    [Fact]
    public void An_iteration_that_fails_is_the_last_that_begins_and_fails_the_loop_when_those_under_way_are_over()
    {
        var run = TestRun.Start(Each("[1,2,3,4,5]", ""","width":2"""));

        run.Claim("a[0]");
        run.End("a[0]", Outcome.Failed, error: "no such file");
        Assert.Equal(new(5, 2, 1, 1), How(run));
        Assert.Equal(Answer.NotNow, run.Wake("each"));
        Succeed(run, "a[1]");
        Assert.Equal(new(5, 2, 2, 1), How(run));
        run.Wake("each");

        Assert.Equal((StepState.Failed, "each[0]: no such file"), (run["each"].State, run["each"].Error));
        Assert.Equal((RunState.Failed, 5 - 2), (run.Run.State, How(run)!.Total - How(run)!.Begun));
        Assert.Equal("no such file", run.Run.Error);
    }

    [Fact]
    public void A_loop_that_goes_on_nevertheless_counts_what_failed_and_its_run_is_partial()
    {
        var run = TestRun.Start(Each(more: ""","onFailure":"continue" """));

        Succeed(run, "a[0]");
        run.Claim("a[1]");
        run.End("a[1]", Outcome.Failed, error: "no");
        Succeed(run, "a[2]");
        run.Wake("each");

        Assert.Equal("""{"total":3,"begun":3,"done":3,"failed":1,"results":[1,null,1]}""", Result(run, "each"));
        Succeed(run, "then");
        Assert.Equal((RunState.Succeeded, Cause.Partial), (run.Run.State, run.Run.Cause!.Value));
    }

    [Fact]
    public void An_iteration_is_tried_again_like_any_step()
    {
        var run = TestRun.Start(Each(body: """ "a":{"type":"noop","payload":{"maxAttempts":2,"n":"{{$item}}","backoff":{"initialSeconds":5,"jitter":0}}} """));

        run.Claim("a[0]");
        run.End("a[0]", Outcome.Failed, error: "no");
        Assert.Equal(new(3, 1, 0, 0), How(run));
        run.After(5).Wake("a[0]");
        Assert.Contains("10", PayloadOf(run, "a[0]"));
        run.End("a[0]");
        Assert.Equal(new(3, 2, 1, 0), How(run));
    }

    const string Branching = """
        "ask":{"type":"if","payload":{"condition":{"left":"{{$item}}","op":"gt","right":15}},"children":["big","small"]},
        "big":{"type":"noop","branch":"then","payload":{"n":"{{$item}}"},"children":["both"]},
        "small":{"type":"log","branch":"else","payload":{"message":"{{$index}}: {{$item}}"},"children":["both"]},
        "both":{"type":"log","payload":{"message":"{{ask.result.branch}}"},"children":["last","end"]},
        "last":{"type":"log","payload":{"message":"{{root.result.name}}"}}, "end":{"type":"noop"}
        """;

    [Fact]
    public void A_body_branches_and_joins_and_reads_its_own_iteration()
    {
        var run = TestRun.Start(Each(body: Branching, entries: "\"ask\""), """{"name":"x"}""");

        Assert.Equal(["0: 10", "else", "x"], run.Effects<WriteLog>().Select(line => line.Text));
        Assert.False(run.Run.Steps.ContainsKey("ask[1]"));
        Succeed(run, "end[0]", "\"e\"");
        Assert.Equal(StepState.Ready, run["big[1]"].State);
        Succeed(run, "big[1]");
        Assert.Equal(["then", "x"], run.Effects<WriteLog>().Select(line => line.Text));
        Succeed(run, "end[1]");
        Succeed(run, "big[2]");
        Succeed(run, "end[2]");
        run.Wake("each");

        Assert.Contains("""[{"end":"e"},{"end":1},{"end":1}]""", Result(run, "each"));
    }

    [Fact]
    public void A_body_that_is_decided_on_the_spot_goes_on_by_the_timer_of_its_loop_a_bounded_number_at_a_time()
    {
        var run = TestRun.Start(Each($"[{string.Join(',', Enumerable.Range(0, 450))}]", "", """ "a":{"type":"log","payload":{"message":"{{$item}}"}} """));

        Assert.Equal(new(450, 200, 200, 0), How(run));
        Assert.Equal(3, run.Run.Pages.Length);
        run.Wake("each");
        Assert.Equal(new(450, 400, 400, 0), How(run));
        run.Wake("each");
        Assert.Equal(new(450, 450, 450, 0), How(run));
        Assert.Empty(run.Run.Pages);
        Assert.Equal(StepState.Waiting, run["each"].State);
        run.Wake("each");
        Assert.Equal(StepState.Succeeded, run["each"].State);
    }

    [Fact]
    public void A_stop_withdraws_what_waits_asks_what_executes_and_nothing_more_begins()
    {
        var run = TestRun.Start(Each("[1,2,3,4,5]", ""","width":3"""));
        run.Claim("a[0]");
        run.Claim("a[1]");

        Assert.Equal(Answer.Asked, run.Stop());
        Assert.Equal(["a[0]", "a[1]"], run.Effects<SendStop>().Select(stop => stop.Step).Order());
        Assert.Equal([StepState.Stopped, StepState.Stopped, StepState.Stopped], new[] { "each", "each[2]", "a[2]" }.Select(id => run[id].State));
        Assert.Equal(Answer.Stopping, run.Claim("a[2]"));
        run.End("a[0]");
        Assert.Equal(new(5, 3, 0, 0), How(run));
        Assert.False(run.Run.Steps.ContainsKey("a[3]"));
        run.End("a[1]", Outcome.Stopped);
        Assert.Equal((RunState.Stopped, Verdict.Exited), (run.Run.State, run.Run.Verdict));
    }

    [Fact]
    public void A_pause_begins_nothing_and_a_resume_goes_on_where_it_was()
    {
        var run = TestRun.Start(Each(body: """ "a":{"type":"noop","children":["b"]}, "b":{"type":"log","payload":{"message":"{{$item}} {{a.result}}"}} """));
        run.Claim("a[0]");
        run.Pause();
        run.Do(new EndAttempt(run.Id, "a[0]", run.Fence("a[0]"), Outcome.Succeeded, Proof.Nothing, "7"u8.ToArray(), null, 0));
        Assert.Equal(StepState.Ready, run["b[0]"].State);
        run.Resume();
        Assert.Equal(StepState.Waiting, run["b[0]"].State);
        run.Wake("b[0]");
        Assert.Equal("10 7", Assert.Single(run.Effects<WriteLog>()).Text);
        Assert.Equal(new(3, 2, 1, 0), How(run));

        run.Claim("a[1]");
        run.Pause();
        run.Do(new EndAttempt(run.Id, "a[1]", run.Fence("a[1]"), Outcome.Succeeded, Proof.Nothing, "8"u8.ToArray(), null, 0));
        run.Resume();
        run.Pause();
        run.Wake("b[1]");
        Assert.Equal(StepState.Ready, run["b[1]"].State);
        run.Resume();
        run.Wake("b[1]");
        Assert.Equal("20 8", Assert.Single(run.Effects<WriteLog>()).Text);
    }

    [Fact]
    public void The_end_of_an_iteration_in_a_pause_is_noted_and_the_next_begins_behind_it()
    {
        var run = TestRun.Start(Each());
        run.Claim("a[0]");
        run.Pause();
        run.End("a[0]");
        Assert.Equal((new LoopState(3, 1, 1, 0), true, null), (How(run), run["each"].IsDue, run["each"].DueAt));
        run.Resume();
        run.Wake("each");
        Assert.Equal(new(3, 2, 1, 0), How(run));
    }

    [Fact]
    public void Results_that_are_too_large_together_are_left_out()
    {
        var run = TestRun.Start(Each());
        var large = $"\"{new string('x', 400_000)}\"";
        for (var index = 0; index < 3; index++)
            Succeed(run, $"a[{index}]", large);
        run.Wake("each");

        Assert.Equal("""{"total":3,"begun":3,"done":3,"failed":0}""", Result(run, "each"));
        Assert.Equal(StepState.Succeeded, run["each"].State);
    }

    [Fact]
    public void What_ends_an_iteration_reads_as_many_rows_whether_it_is_the_first_or_the_last_of_many()
    {
        var run = TestRun.Start(Each("\"{{root.result.list}}\"", ""","width":2"""), $$"""{"list":[{{string.Join(',', Enumerable.Range(0, 1000))}}]}""");
        var read = new List<(int Steps, int Pages, int Written, int Lines)>();
        for (var index = 0; index < 900; index++)
        {
            run.Claim($"a[{index}]");
            var end = new EndAttempt(run.Id, $"a[{index}]", run.Fence($"a[{index}]"), Outcome.Succeeded, Proof.Nothing, "1"u8.ToArray(), null, 0);
            var loaded = run.Rows.Load(end.Slice(run.Run.Definition));
            run.Do(end);
            var change = new RunChange(loaded, run.Last.Change!);
            read.Add((loaded.Steps.Count, loaded.Pages.Length, change.Touched.Count(), run.Last.Change!.Events.Length));
        }

        // Itself, its iteration, the loop; and written beside them the next iteration and its first step.
        Assert.All(read, counts => Assert.Equal((3, 5, 2), (counts.Steps, counts.Written, counts.Lines)));
        Assert.All(read, counts => Assert.InRange(counts.Pages, 1, LoopPage.AtOnce));
    }

    [Fact]
    public void How_far_a_loop_is_can_be_read_by_anybody()
    {
        var run = TestRun.Start(Each());

        Assert.Equal(3, JsonDocument.Parse(run["each"].Result!.Value).RootElement.GetProperty("total").GetInt32());
    }

    [Fact]
    public void Results_that_are_too_deep_to_be_held_together_are_left_out()
    {
        var run = TestRun.Start(Each("[1]"));
        Succeed(run, "a[0]", new string('[', 60) + new string(']', 60));
        run.Wake("each");

        Assert.Equal((StepState.Succeeded, """{"total":1,"begun":1,"done":1,"failed":0}"""), (run["each"].State, Result(run, "each")));
    }
}
