using System.Text;
using Rein.Core.Runs;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Hazards;

public sealed class ItemsStayReadableTests
{
    [Theory]
    [InlineData("{\"half\":")]
    [InlineData("1 2")]
    [InlineData("")]
    public async Task What_is_no_JSON_is_refused_where_it_is_added_and_the_items_before_stay_readable(string broken)
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["adding"] = async (run, _) =>
        {
            await run.Items.Add("1"u8.ToArray());
            await run.Items.Add(Encoding.UTF8.GetBytes(broken));
            return StepResult.Success;
        } } });
        var run = await node.StartRun(Graphs.Single("adding"));

        var ended = await node.UntilEnded(run);

        Assert.Equal(RunState.Failed, ended.State);
        Assert.Equal(["1"], await node.Items(run));
    }

    [Fact]
    public async Task The_tail_of_a_line_that_is_too_long_is_no_item()
    {
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """
            { "command": ["sh", "-c", "head -c 2000000 /dev/zero | tr '\\0' 1; echo; echo 7"], "items": "json-lines" }
            """));

        var ended = await node.UntilEnded(run);

        Assert.Contains("1 lines of its output are no items", ended.Error);
        Assert.Equal(["7"], await node.Items(run));
    }
}
