using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>
/// How long a <c>for-each</c> of many items takes, from the start of its run to its end: of steps that a worker executes, and of steps that are decided on the
/// spot. Ten times the items should take about ten times as long.
/// </summary>
sealed class LoopTime(Target target)
{
    const int Few = 1_000;
    const int Many = 10_000;
    const double MostTimes = 12;

    static readonly TimeSpan Goal = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    public Task<Measured> Executed(int width) => Measure($"for-each of {Many} no-op steps, {width} at once", width, new() { ["type"] = "noop", ["payload"] = new JsonObject { ["item"] = "{{$item}}" } });

    public Task<Measured> Decided() => Measure(
        $"for-each of {Many} decided steps", 1,
        new() { ["type"] = "if", ["payload"] = new JsonObject { ["condition"] = new JsonObject { ["left"] = "{{$item}}", ["op"] = "gt", ["right"] = Few } } });

    /// <summary>Every iteration reads the input that the list came in, which is as long as the loop.</summary>
    public Task<Measured> Reading(int width) => Measure(
        $"for-each of {Many} no-op steps that read their loop's input, {width} at once", width,
        new() { ["type"] = "noop", ["payload"] = new JsonObject { ["item"] = "{{$item}}", ["first"] = "{{root.result.list[0]}}" } });

    async Task<Measured> Measure(string name, int width, JsonObject step)
    {
        // Unmeasured: the first loops of a fresh server run while the runtime compiles.
        for (var i = 0; i < 3; i++)
            await Loop(Few, width, step);
        var few = await Fastest(Few, width, step);
        var many = await Fastest(Many, width, step);
        var times = many / few;
        return new(name, $"at most {Goal.TotalSeconds} s, and {MostTimes} times one of {Few}", many <= Goal && times <= MostTimes)
        {
            Figures = [($"of {Few}", few.TotalMilliseconds, "ms"), ($"of {Many}", many.TotalMilliseconds, "ms"), ("times", times, ""), ("iterations", Many / many.TotalSeconds, "/s")],
        };
    }

    async Task<TimeSpan> Fastest(int count, int width, JsonObject step)
    {
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
            fastest = await Loop(count, width, step) is var took && took < fastest ? took : fastest;
        return fastest;
    }

    async Task<TimeSpan> Loop(int count, int width, JsonObject step)
    {
        var run = await target.Client.StartInline(new()
        {
            Definition = Definition(width, step), Input = JsonSerializer.SerializeToElement(new Dictionary<string, int[]> { ["list"] = [.. Enumerable.Range(0, count)] }),
        });
        while (!run.HasEnded)
            run = await target.Client.ReadRun(run.Id, Look, run.Revision);
        return run.State is "succeeded" ? run.EndedAt!.Value - run.CreatedAt : throw new CommandException(ExitCode.Refused, $"The loop has {run.State}: {run.Error}.");
    }

    JsonElement Definition(int width, JsonObject step)
    {
        var body = (JsonObject)step.DeepClone();
        if (target.Pool is { } pool)
            body["payload"]!["pool"] = pool;
        var nodes = new JsonObject
        {
            ["root"] = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("each") },
            ["each"] = new JsonObject
            {
                ["type"] = "for-each", ["payload"] = new JsonObject { ["items"] = "{{root.result.list}}", ["width"] = width }, ["loopBody"] = new JsonArray("step"),
            },
            ["step"] = body,
        };
        return JsonElement.Parse(new JsonObject { ["nodes"] = nodes }.ToJsonString());
    }
}
