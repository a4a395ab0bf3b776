using System.Text;
using System.Text.Json;
using Rein.Core.Runs;
using Rein.Worker;
using Rein.Worker.Reporting;

namespace Rein.System.Tests.Nodes;

public sealed class BoundTests
{
    [Fact(DisplayName = "Items of 1 MB and chunks of 64 KB are kept whole; a byte more is refused to the code that writes it, and what was kept stays readable")]
    public async Task Rows_are_bounded_in_bytes()
    {
        var refused = new List<string>();
        await using var node = await TestNode.Start(new() { Handlers = { ["writes"] = Write } });

        var run = await node.UntilEnded(await node.StartRun(Graphs.Single("writes")));

        Assert.Equal((RunState.Succeeded, 2L), (run.State, run.Items));
        Assert.Equal(["An item has at most 1048576 bytes; this one has 1048577.", "An item has at most 1048576 bytes; this one has 1048577.", "A chunk has at most 65536 bytes; this one has 65537."], refused);
        Assert.Equal([ItemWriter.MaxItem, ItemWriter.MaxItem], (await node.Items(run.Id)).Select(Encoding.UTF8.GetByteCount));
        Assert.Equal(LogWriter.MaxChunk, Encoding.UTF8.GetByteCount(await node.Logs(run.Id)));

        async Task<StepResult> Write(RunContext context, CancellationToken stop)
        {
            await context.Items.Add(Json(ItemWriter.MaxItem));
            await Refuse(() => context.Items.Add(Json(ItemWriter.MaxItem + 1)));
            await context.Items.AddText(Text(ItemWriter.MaxItem));
            await Refuse(() => context.Items.AddText(Text(ItemWriter.MaxItem + 1)));
            await context.Log.WriteChunk(Encoding.UTF8.GetBytes(new string('x', LogWriter.MaxChunk)));
            await Refuse(() => context.Log.WriteChunk(Encoding.UTF8.GetBytes(new string('x', LogWriter.MaxChunk + 1))));
            return StepResult.Success;
        }

        async Task Refuse(Func<ValueTask> write) => refused.Add((await Assert.ThrowsAsync<ArgumentException>(async () => await write())).Message.Split(" (Parameter")[0]);
    }

    [Theory(DisplayName = "A result of 1 MB is kept; one that is larger, or no JSON, fails its step, and is not kept")]
    [InlineData(1 << 20, RunState.Succeeded, null)]
    [InlineData((1 << 20) + 1, RunState.Failed, "its result is no JSON of at most 1048576 bytes")]
    [InlineData(1, RunState.Failed, "its result is no JSON of at most 1048576 bytes")]
    public async Task A_result_is_bounded(int bytes, RunState state, string? error)
    {
        await using var node = await TestNode.Start(new() { Handlers = { ["returns"] = (_, _) => Task.FromResult(StepResult.SuccessWith(Json(bytes))) } });
        var run = await node.UntilEnded(await node.StartRun(Graphs.Single("returns")));
        Assert.Equal((state, error), (run.State, run.Error));
        Assert.Equal(error is null ? bytes : null, (await node.Stores.Reader.Steps(run.Id, null, 1, CancellationToken.None))[0].Result?.Length);
    }

    [Fact(DisplayName = "A line of a process that is too large for an item goes to the log, and fails the step; the lines beside it are kept")]
    public async Task A_line_is_bounded()
    {
        const string lines = """echo '"a"'; printf '"'; head -c 1048575 /dev/zero | tr '\0' x; printf '"\n'; echo '"b"'""";
        await using var node = await TestNode.Start();
        var command = $$"""{ "command": ["sh", "-c", {{JsonSerializer.Serialize(lines)}}], "items": "json-lines" }""";

        var run = await node.UntilEnded(await node.StartRun(Graphs.Single("process", command)));

        Assert.Equal((RunState.Failed, "1 lines of its output are no items; the log has them"), (run.State, run.Error));
        Assert.Equal(["\"a\"", "\"b\""], await node.Items(run.Id));
        Assert.Contains("not an item (1048577 bytes)", await node.Logs(run.Id));
    }

    /// <summary>A JSON string of so many bytes; of one alone there is none.</summary>
    static byte[] Json(int bytes) => Encoding.UTF8.GetBytes(bytes < 2 ? "\"" : $"\"{new string('x', bytes - 2)}\"");

    static string Text(int bytes) => new('x', bytes - 2);
}
