using System.Text.Json;

namespace Rein.System.Tests.Nodes;

/// <summary>Definitions that tests start, written as users write them.</summary>
static class Graphs
{
    public static string Single(string kind, string payload = "{}") =>
        $$"""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "{{kind}}", "payload": {{payload}} } } }""";

    public static string Process(params string[] command) => Single("process", $$"""{ "command": {{JsonSerializer.Serialize(command)}} }""");

    public static string Delay(int milliseconds) => Single("delay", $$"""{ "delayMs": {{milliseconds}} }""");
}
