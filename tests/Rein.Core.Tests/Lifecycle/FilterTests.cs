using System.Text;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

public sealed class FilterTests
{
    static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    static string? Result(TestRun run, string step) => run[step].Result is { } result ? Encoding.UTF8.GetString(result.Span) : null;

    [Theory]
    [InlineData(" \"{{$item}}\" ", "gte", "20", "[20,30]")]
    [InlineData(" \"{{$index}}\" ", "ne", "1", "[10,30]")]
    [InlineData(" \"{{$item}}\" ", "in", " \"{{root.result.these}}\" ", "[30]")]
    [InlineData(" \"{{$item}}\" ", "gt", "100", "[]")]
    public void A_filter_keeps_the_items_of_which_its_condition_holds(string left, string op, string right, string kept)
    {
        var run = TestRun.Start(Filter(left, op, right), """{"list":[10,20,30],"these":[30,40]}""");

        Assert.Equal(kept, Result(run, "f"));
        Assert.Equal(StepState.Ready, run["a"].State);
    }

    static string Filter(string left, string op, string right) => $$$"""
        {"nodes":{
          "root":{"type":"manual","children":["f"]},
          "f":{"type":"filter","payload":{"items":"{{root.result.list}}","where":{"left":{{{left}}},"op":"{{{op}}}","right":{{{right}}} } },"children":["a"]},
          "a":{"type":"noop","payload":{"n":"{{f.result}}"} } } }
        """;

    [Theory]
    [InlineData("""{"list":{}}""", "'items' must become an array, and became an object")]
    [InlineData("""{"list":[1,{"x":2}]}""", "item 0: There is nothing at '$item.x'")]
    [InlineData("""{"list":[{"x":2},{"x":"a"}]}""", "item 1: 'gt' cannot be asked of a string and a number")]
    public void A_filter_that_cannot_be_decided_fails_and_names_the_node_and_the_item(string input, string says)
    {
        var run = TestRun.Start(Filter(" \"{{$item.x}}\" ", "gt", "1"), input);

        Assert.Contains("'f'", run["f"].Error);
        Assert.Contains(says, run["f"].Error);
    }

    [Fact]
    public void A_filter_that_would_compare_for_long_or_keep_much_is_refused()
    {
        var numbers = string.Join(',', Enumerable.Range(100_000, 10_000));
        Assert.Contains("compares more than 8 MB", TestRun.Start(Filter(" \"{{$item}}\" ", "in", " \"{{root.result.list}}\" "), $$"""{"list":[{{numbers}}]}""")["f"].Error);

        var texts = string.Join(',', Enumerable.Repeat($"\"{new string('x', 1000)}\"", 1000));
        Assert.Contains("keeps more than 1000000 bytes", TestRun.Start(Filter(" \"{{$index}}\" ", "gte", "0"), $$"""{"list":[{{texts}}]}""")["f"].Error);
    }

    [Fact]
    public void A_filter_whose_items_get_too_deep_fails_in_a_clean_up_too_and_keeps_no_run_from_its_end()
    {
        var run = TestRun.Start("""
            {"nodes":{
              "root":{"type":"manual","children":["a"]},
              "a":{"type":"noop"},
              "f":{"type":"filter","payload":{"finally":true,"items":[["{{root.result}}"]],"where":{"left":"{{$item}}","op":"exists"}}}}}
            """, $$"""{"deep":{{new string('[', 62)}}{{new string(']', 62)}}}""");
        run.Claim();
        Assert.Equal(Answer.Done, run.End());

        Assert.Contains("nested more than 60 deep", run["f"].Error);
        Assert.True(run.Run.HasEnded);
    }

    [Fact]
    public void Filters_that_compare_much_are_not_all_decided_at_once()
    {
        var (names, many) = (Numbers(20).Select(i => $"f{i}").ToList(), string.Join(',', Numbers(60_000)));
        var filters = names.Select(name => $$$""" "{{{name}}}":{"type":"filter","payload":{"items":"{{root.result.few}}","where":{"left":"{{root.result.many}}","op":"contains","right":"{{$item}}"} } } """);
        var run = TestRun.Start(
            $$"""{"nodes":{"root":{"type":"manual","children":["{{string.Join("\",\"", names)}}"]},{{string.Join(',', filters)}} } }""",
            $$"""{"few":[1,2,-3,4],"many":[{{many}}] }""");

        var decisions = 1;
        for (; !run.Run.HasEnded; decisions++)
        {
            var left = run.Run.Steps.Values.Where(step => step.IsOpen).ToList();
            Assert.All(left, step => Assert.Equal((StepState.Waiting, run.Now, true), (step.State, step.DueAt!.Value, step.IsDue)));
            Assert.Equal(Answer.Done, run.Wake(left[0].Id));
        }

        Assert.InRange(decisions, 8, 16);
        Assert.All(names, name => Assert.Equal("[1,2,4]", Result(run, name)));
    }

    [Theory]
    [InlineData("if", """{"condition":{"left":"{{root.result.few}}","op":"eq","right":1}}""")]
    [InlineData("log", """{"message":"{{root.result.few[0]}}"}""")]
    [InlineData("delay", """{"delayMs":"{{root.result.few[0]}}"}""")]
    [InlineData("for-each", """{"items":"{{root.result.few}}"},"loopBody":["body"]""")]
    [InlineData("filter", """{"items":"{{root.result.few}}","where":{"left":"{{$item}}","op":"exists"}}""")]
    [InlineData("approval", """{"message":"{{root.result.few[0]}}"}""")]
    [InlineData("workflow", """{"workflow":"other","input":{"n":"{{root.result.few[0]}}"}}""")]
    public void Whatever_reads_a_large_input_is_left_for_a_decision_of_its_own_behind_the_first_of_them(string kind, string payload)
    {
        var (names, large) = (Numbers(400).Select(i => $"n{i}").ToList(), new string('x', 1 << 20));
        var nodes = names.Select((name, i) => $$""" "{{name}}":{"type":"{{kind}}","payload":{{payload.Replace("body", $"body{i}", StringComparison.Ordinal)}} } """);
        var bodies = kind is "for-each" ? string.Concat(names.Select((_, i) => $$""" ,"body{{i}}":{"type":"noop"} """)) : "";
        var run = TestRun.Start(
            $$"""{"nodes":{"root":{"type":"manual","children":["{{string.Join("\",\"", names)}}"]},{{string.Join(',', nodes)}}{{bodies}} } }""",
            $$"""{"few":[1],"large":"{{large}}"}""");

        var left = names.Where(name => run[name].IsUndecided).ToList();
        Assert.InRange(left.Count, 200, 399);
        foreach (var name in left)
        {
            Assert.False(run[name].AwaitsStart);
            Assert.Equal(Answer.Done, run.Wake(name));
            Assert.False(run[name].IsUndecided);
        }
    }

    [Fact]
    public void Nor_are_those_in_the_iterations_of_a_loop()
    {
        var run = TestRun.Start("""
            {"nodes":{
              "root":{"type":"manual","children":["each"]},
              "each":{"type":"for-each","payload":{"items":"{{root.result.few}}","width":50},"loopBody":["f"]},
              "f":{"type":"filter","payload":{"items":["{{$item}}"],"where":{"left":"{{root.result.many}}","op":"contains","right":"{{$item}}"}} } } }
            """, $$"""{"few":[{{string.Join(',', Numbers(100))}}],"many":[{{string.Join(',', Numbers(60_000))}}] }""");
        Assert.InRange(LoopState.Of(run["each"].Result)!.Begun, 1, 40);

        var decisions = 1;
        for (; !run.Run.HasEnded; decisions++)
            Assert.Equal(Answer.Done, run.Wake(run.Run.Steps.Values.First(step => step is { IsOpen: true, DueAt: not null }).Id));

        Assert.InRange(decisions, 4, 60);
        Assert.Equal(new(100, 100, 100, 0), LoopState.Of(run["each"].Result));
    }
}
