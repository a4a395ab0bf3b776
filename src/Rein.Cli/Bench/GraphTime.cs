using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>
/// How long a graph of many nodes takes, from the request that starts its run until its end is seen: one node behind the other, and all of them beside each other between the first and the
/// last; of steps that a worker executes, and of steps that are decided on the spot. Ten times the nodes should take about ten times as long.
/// </summary>
sealed class GraphTime(Target target)
{
    const int Few = 100;
    const int Many = 1_000;
    const double MostTimes = 12;
    const int WarmUps = 10;

    public async IAsyncEnumerable<Measured> Run()
    {
        foreach (var (kind, node) in ((string, Func<JsonObject>)[])[("no-op", Executed), ("decided", Decided)])
        {
            yield return await Measure($"chain of {Many} {kind} nodes", count => Chain(count, node));
            yield return await Measure($"fan-out and fan-in of {Many} {kind} nodes", count => Fan(count, node));
            yield return await Measure($"joins in series, {Many} {kind} nodes", count => Ladder(count, node));
            yield return await Measure($"chain of {Many} {kind} nodes, and one that reads them all", count => ReadChain(count, node));
        }
    }

    async Task<Measured> Measure(string name, Func<int, JsonObject> graph)
    {
        await Fastest(graph(Few), WarmUps);
        var few = await Fastest(graph(Few), 3);
        var many = await Fastest(graph(Many), 3);
        var times = many / few;
        return new(name, $"at most {MostTimes} times one of {Few}", times <= MostTimes)
        {
            Figures = [($"of {Few}", few.TotalMilliseconds, "ms"), ($"of {Many}", many.TotalMilliseconds, "ms"), ("times", times, ""), ("nodes", Many / many.TotalSeconds, "/s")],
        };
    }

    async Task<TimeSpan> Fastest(JsonObject nodes, int tries)
    {
        var definition = JsonElement.Parse(new JsonObject { ["nodes"] = nodes }.ToJsonString());
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < tries; i++)
        {
            // As its client sees it: what is decided on the spot has ended when its start is answered.
            var began = TimeProvider.System.GetTimestamp();
            var run = await target.Client.StartInline(new() { Definition = definition });
            if (!run.HasEnded)
                await UntilItsEnd(run.Id);
            fastest = TimeProvider.System.GetElapsedTime(began) is var took && took < fastest ? took : fastest;
            if (await target.Client.ReadRun(run.Id) is { State: not "succeeded" } other)
                throw new CommandException(ExitCode.Refused, $"The graph has {other.State}: {other.Error}.");
        }
        return fastest;
    }

    /// <summary>By its events, of which there is one a change: to read the run at each of them would be to read 200 steps a hop, and that would be measured.</summary>
    async Task UntilItsEnd(Guid run)
    {
        await foreach (var _ in target.Client.Watch(run))
        {
        }
    }

    /// <param name="count">All nodes, the root included.</param>
    static JsonObject Chain(int count, Func<JsonObject> node)
    {
        var nodes = new JsonObject { ["root"] = Root(Id(1)) };
        for (var i = 1; i < count; i++)
            nodes[Id(i)] = Leading(node(), i < count - 1 ? [Id(i + 1)] : []);
        return nodes;
    }

    static JsonObject Fan(int count, Func<JsonObject> node)
    {
        string[] middle = [.. Enumerable.Range(2, count - 3).Select(Id)];
        var nodes = new JsonObject { ["root"] = Root(Id(1)), [Id(1)] = Leading(node(), middle) };
        foreach (var id in middle)
            nodes[id] = Leading(node(), [Id(count - 1)]);
        nodes[Id(count - 1)] = node();
        return nodes;
    }

    /// <summary>One behind the other, pairs of nodes that join in a third.</summary>
    static JsonObject Ladder(int count, Func<JsonObject> node)
    {
        var nodes = new JsonObject { ["root"] = Root(Id(0)), [Id(0)] = Leading(node(), [Id(1), Id(2)]) };
        for (var i = 1; i + 3 < count; i += 3)
        {
            nodes[Id(i)] = Leading(node(), [Id(i + 2)]);
            nodes[Id(i + 1)] = Leading(node(), [Id(i + 2)]);
            nodes[Id(i + 2)] = Leading(node(), i + 6 < count ? [Id(i + 3), Id(i + 4)] : []);
        }
        return nodes;
    }

    static JsonObject ReadChain(int count, Func<JsonObject> node)
    {
        var nodes = Chain(count - 1, node);
        Leading(nodes[Id(count - 2)]!.AsObject(), [Id(count - 1)]);
        var all = string.Join(' ', Enumerable.Range(1, count - 2).Select(i => $"{{{{{Id(i)}.result.none || 0}}}}"));
        nodes[Id(count - 1)] = new JsonObject { ["type"] = "log", ["payload"] = new JsonObject { ["message"] = all } };
        return nodes;
    }

    static JsonObject Root(string child) => Leading(new() { ["type"] = "manual" }, [child]);

    static JsonObject Leading(JsonObject node, string[] children)
    {
        node["children"] = new JsonArray([.. children.Select(child => (JsonNode)child)]);
        return node;
    }

    static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"n{number}");

    JsonObject Executed() => new() { ["type"] = "noop", ["payload"] = target.Pool is { } pool ? new JsonObject { ["pool"] = pool } : [] };

    static JsonObject Decided() => new()
    {
        ["type"] = "filter",
        ["payload"] = new JsonObject { ["items"] = new JsonArray(1), ["where"] = new JsonObject { ["left"] = "{{$item}}", ["op"] = "gt", ["right"] = 0 } },
    };
}
