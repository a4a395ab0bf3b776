using System.Text;
using Rein.Core.Definitions;

namespace Rein.Storage.Tests;

/// <summary>The definitions the tests use.</summary>
static class Graphs
{
    public static Definition OneStep { get; } = Parse("""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold" } } }
        """);

    /// <summary>Two steps at once; both are joined, and the join reads the result of the first.</summary>
    public static Definition Diamond { get; } = Parse("""
        { "nodes": {
            "root": { "type": "manual", "children": ["left", "right"] },
            "left": { "type": "hold", "children": ["join"] },
            "right": { "type": "hold", "children": ["join"] },
            "join": { "type": "hold", "payload": { "with": "{{left.result.name}}", "and": "{{$inputs.name}}" } } },
          "inputSchema": [ { "key": "name", "type": "string" } ] }
        """);

    public static Definition Retrying { get; } = Parse("""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold",
            "payload": { "maxAttempts": 5, "backoff": { "initialSeconds": 600, "maxSeconds": 600, "jitter": 0 } } } } }
        """);

    public static Definition CleaningUp { get; } = Parse("""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold" }, "tidy": { "type": "hold", "payload": { "finally": true } } } }
        """);

    public static Definition Logging { get; } = Parse("""
        { "nodes": { "root": { "type": "manual", "children": ["say"] }, "say": { "type": "log", "payload": { "message": "written by a step" }, "children": ["work"] },
                     "work": { "type": "hold" } } }
        """);

    public static Definition Delayed(double seconds) => Parse($$$"""
        { "nodes": { "root": { "type": "manual", "children": ["later"] }, "later": { "type": "delay", "payload": { "delayMs": {{{seconds * 1000}}} } } } }
        """);

    public static Definition Each { get; } = Parse("""
        { "nodes": {
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": "{{$inputs.list}}" }, "loopBody": ["work"] },
            "work": { "type": "hold", "payload": { "n": "{{$item}}" } } } }
        """);

    public static Definition OfKind(string kind, string? pool = null) => Parse($$$"""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "{{{kind}}}", "payload": { {{{(pool is null ? "" : $"\"pool\": \"{pool}\"")}}} } } } }
        """);

    public static Definition Parse(string json)
    {
        var parsed = Definition.Parse(Encoding.UTF8.GetBytes(json), KindCatalog.Any);
        return parsed.Value ?? throw new ArgumentException(string.Join("; ", parsed.Faults.Select(fault => fault.Message)));
    }
}
