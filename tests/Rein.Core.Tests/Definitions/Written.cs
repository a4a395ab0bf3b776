using System.Text;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;
using Xunit;

namespace Rein.Core.Tests.Definitions;

/// <summary>Definitions as a user writes them.</summary>
static class Written
{
    public static Parsed<Definition> Parse(string json) => Definition.Parse(Encoding.UTF8.GetBytes(json), KindCatalog.BuiltIn);

    public static Parsed<Definition> ParseNodes(string nodes) => Parse($$"""{ "nodes": { {{nodes}} } }""");

    /// <summary>A root and one node <c>a</c> below it.</summary>
    public static Parsed<Definition> ParseOne(string kind, string payload) =>
        ParseNodes($$"""
            "root": { "type": "manual", "children": ["a"] },
            "a": { "type": "{{kind}}", "payload": {{payload}} }
            """);

    public static Definition Nodes(string nodes) => Valid(ParseNodes(nodes));

    public static Node One(string kind, string payload) => Valid(ParseOne(kind, payload)).Nodes["a"];

    public static Definition Valid(Parsed<Definition> parsed)
    {
        Assert.Empty(parsed.Faults);
        return parsed.Value!;
    }

    public static Fault OnlyFault(Parsed<Definition> parsed)
    {
        Assert.False(parsed.IsValid);
        return Assert.Single(parsed.Faults);
    }

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static Scope Scope(string input = "{}", params (string Node, string Json)[] results) =>
        new(Json(input), results.ToDictionary(r => r.Node, r => Json(r.Json)), new Dictionary<string, string> { ["token"] = "s3cret" });

    public static string Text(Resolved<ReadOnlyMemory<byte>> resolved)
    {
        Assert.Null(resolved.Fault);
        return Encoding.UTF8.GetString(resolved.Value.Span);
    }
}
