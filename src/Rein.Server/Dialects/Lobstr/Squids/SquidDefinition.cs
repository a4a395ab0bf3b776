using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>
/// What a squid does that was made of a kind of node: a loop over the tasks that its run was given, with the node for each. So every task is a step of its
/// own, with its items, its usage and its end.
/// </summary>
static class SquidDefinition
{
    /// <summary>Of the input of a run.</summary>
    public const string Tasks = "tasks";

    const string Loop = "tasks";
    const string Body = "task";

    static readonly JsonWriterOptions s_plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What has another name there.</summary>
    static readonly Dictionary<string, string> s_crawlNames = new(StringComparer.Ordinal)
    {
        ["max_results"] = "maxPages", ["max_pages"] = "maxPages", ["max_depth"] = "maxDepth", ["user_agent"] = "userAgent", ["delay_ms"] = "delayMs",
    };

    static readonly Dictionary<string, string> s_noNames = [];

    static readonly string[] s_bounds = ["maxPages", "maxDepth"];

    public static JsonElement Of(string kind, SquidRow row)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, s_plainly))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("nodes");
            WriteNode(writer, Definition.RootId, KindCatalog.Manual, () => { }, ("children", Loop));
            WriteNode(writer, Loop, KindCatalog.ForEach, () =>
            {
                writer.WriteString("items", $"{{{{root.result.{Tasks}}}}}");
                writer.WriteNumber("width", row.Concurrency);
                writer.WriteString("onFailure", "continue");
            }, ("loopBody", Body));
            WriteNode(writer, Body, kind, () => WriteWork(writer, kind, row.Params));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return JsonElement.Parse(written.WrittenSpan);
    }

    static void WriteNode(Utf8JsonWriter writer, string id, string kind, Action payload, params ReadOnlySpan<(string Edge, string To)> edges)
    {
        writer.WriteStartObject(id);
        writer.WriteString("type", kind);
        writer.WriteStartObject("payload");
        payload();
        writer.WriteEndObject();
        foreach (var (edge, to) in edges)
        {
            writer.WriteStartArray(edge);
            writer.WriteStringValue(to);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    /// <summary>What was said of the squid, and where the task comes in. A null stands for nothing said.</summary>
    static void WriteWork(Utf8JsonWriter writer, string kind, JsonElement? said)
    {
        var isCrawl = kind is KindCatalog.Crawl;
        var own = isCrawl ? "startUrls" : Body;
        if (said is { } given)
            foreach (var (name, value) in Named(given, isCrawl ? s_crawlNames : s_noNames).Where(member => member.Key != own))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        if (isCrawl)
        {
            writer.WriteStartArray(own);
            writer.WriteStringValue("{{$item.params.url}}");
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString(own, "{{$item.params}}");
        }
    }

    /// <summary>Of a bound that is said by two names the smaller holds; of anything else what was said last.</summary>
    static OrderedDictionary<string, JsonElement> Named(JsonElement said, Dictionary<string, string> names)
    {
        var named = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in said.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
        {
            var name = names.GetValueOrDefault(member.Name, member.Name);
            if (!(s_bounds.Contains(name) && named.TryGetValue(name, out var before) && IsSmaller(before, member.Value)))
                named[name] = member.Value;
        }
        return named;
    }

    /// <summary>What is no number is left to be refused.</summary>
    static bool IsSmaller(JsonElement one, JsonElement other) =>
        one.ValueKind is not JsonValueKind.Number || (other.ValueKind is JsonValueKind.Number && one.GetDouble() <= other.GetDouble());

    public static bool IsOver(Definition definition) =>
        definition.Nodes.TryGetValue(Loop, out var loop) && loop.IsLoop && definition.Nodes.TryGetValue(Body, out var body) && body.Loop == Loop;

    /// <summary>The step that goes through the tasks, and tells how far it is.</summary>
    public const string LoopStep = Loop;

    public static string StepOf(int task) => StepId.Of(Body, task);

    /// <summary>Null for a step that is of no task.</summary>
    public static int? TaskOf(string step) => StepId.Parse(step) is { Node: Body, Index: { } index } ? index : null;

    /// <summary>What a run begins with: the tasks, and for a definition that is somebody else's what was said of the squid.</summary>
    public static JsonElement InputOf(SquidRow row)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, s_plainly))
        {
            writer.WriteStartObject();
            if (row is { Kind: null, Params: { } said })
                foreach (var member in said.EnumerateObject().Where(member => member.Name != Tasks))
                    member.WriteTo(writer);
            if (row.Kind is not null || row.Tasks.Count > 0)
                WriteTasks(writer, row.Tasks);
            writer.WriteEndObject();
        }
        return JsonElement.Parse(written.WrittenSpan);
    }

    static void WriteTasks(Utf8JsonWriter writer, IReadOnlyList<TaskRow> tasks)
    {
        writer.WriteStartArray(Tasks);
        foreach (var task in tasks)
        {
            writer.WriteStartObject();
            writer.WriteString("id", Ids.Of(task.Id));
            writer.WritePropertyName("params");
            task.Params.WriteTo(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
