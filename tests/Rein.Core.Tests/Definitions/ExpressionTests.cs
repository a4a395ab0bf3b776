using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class ExpressionTests
{
    const string Result = """{"x":{"y":["zero",{"odd name":1}]},"n":null,"no":false,"e":"","z":0}""";

    [Theory]
    [InlineData("{{a.result.x.y[0]}}", "\"zero\"")]
    [InlineData("{{ a.result.x.y[1][\"odd name\"] }}", "1")]
    [InlineData("{{a.result[\"x\"].y[0]}}", "\"zero\"")]
    [InlineData("{{a.result.n}}", "null")]
    [InlineData("{{a.result.no}}", "false")]
    [InlineData("{{root.result.folder}}", "\"/usr\"")]
    [InlineData("{{$inputs.folder}}", "\"/usr\"")]
    [InlineData("{{$run.id}}", "\"00000000-0000-0000-0000-000000000000\"")]
    [InlineData("{{$inputs}}", "{\"folder\":\"/usr\"}")]
    [InlineData("{{$secrets.token}}", "\"s3cret\"")]
    [InlineData("{{a.result.gone || \"default\"}}", "\"default\"")]
    [InlineData("{{a.result.n || b.result.x || 3}}", "3")]
    [InlineData("{{a.result.n || b.result.x}}", "null")]
    [InlineData("{{a.result.gone || null}}", "null")]
    [InlineData("{{a.result.no || 1}}", "false")]
    [InlineData("{{a.result.e || 1}}", "\"\"")]
    [InlineData("{{a.result.z || 1}}", "0")]
    [InlineData("{{\"}} || \\\" {{\"}}", "\"}} || \\u0022 {{\"")]
    [InlineData("{{-1.5e3}}", "-1.5e3")]
    [InlineData("{{true}}", "true")]
    [InlineData("{{\"{{\"}}.Names}}", "\"{{.Names}}\"")]
    [InlineData("plain }} text", "\"plain }} text\"")]
    [InlineData("a{{a.result.z}}b{{a.result.no}}c", "\"a0bfalsec\"")]
    public void An_expression_becomes_its_value(string text, string expected)
    {
        var resolved = Template.Parse(text).Value!.Resolve(Scope("""{"folder":"/usr"}""", ("a", Result)));

        Assert.Null(resolved.Fault);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(Json(expected), resolved.Value), resolved.Value.GetRawText());
    }

    [Theory]
    [InlineData("{{a.result.gone}}", "a.result.gone")]
    [InlineData("{{a.result.x.y[2]}}", "a.result.x.y[2]")]
    [InlineData("{{a.result.e.f}}", "a.result.e.f")]
    [InlineData("{{b.result}}", "b.result")]
    [InlineData("{{$inputs.gone}}", "$inputs.gone")]
    [InlineData("{{$secrets.gone}}", "$secrets.gone")]
    [InlineData("text {{a.result.gone || b.result}}", "a.result.gone || b.result")]
    public void An_unknown_path_is_a_fault_that_names_it(string text, string path)
    {
        var fault = Template.Parse(text).Value!.Resolve(Scope(results: ("a", Result))).Fault;

        Assert.Equal(FaultCodes.ExpressionUnknownPath, fault?.Code);
        Assert.Contains($"'{path}'", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_in_a_text_is_a_fault_because_the_text_would_silently_mean_something_else() =>
        Assert.Equal(FaultCodes.ExpressionNotText, Template.Parse("/data/{{a.result.n}}").Value!.Resolve(Scope(results: ("a", Result))).Fault?.Code);

    [Fact]
    public void Half_a_surrogate_pair_in_a_result_is_a_fault_in_a_text() =>
        Assert.Equal(FaultCodes.ExpressionNotText, Template.Parse("x{{a.result}}").Value!.Resolve(Scope(results: ("a", "\"\\ud800\""))).Fault?.Code);

    [Fact]
    public void Half_a_surrogate_pair_in_the_name_of_a_member_is_a_fault_on_the_way_through() =>
        Assert.Equal(FaultCodes.ExpressionNotText, Template.Parse("{{a.result.x}}").Value!.Resolve(Scope(results: ("a", """{"\ud800":1}"""))).Fault?.Code);

    [Theory]
    [InlineData("{{")]
    [InlineData("{{}}")]
    [InlineData("{{a}}")]
    [InlineData("{{a.status}}")]
    [InlineData("{{a.result.}}")]
    [InlineData("{{a.result[}}")]
    [InlineData("{{a.result[-1]}}")]
    [InlineData("{{a.result[99999999999]}}")]
    [InlineData("{{a.result | b}}")]
    [InlineData("{{a.result ||}}")]
    [InlineData("{{a.result}")]
    [InlineData("{{\"open}}")]
    [InlineData("{{\"\\q\"}}")]
    [InlineData("{{\"\\ud800\"}}")]
    [InlineData("{{01}}")]
    [InlineData("{{$thing.x}}")]
    [InlineData("{{$secrets}}")]
    [InlineData("{{$secrets.a.b}}")]
    [InlineData("{{ .Names }}")]
    [InlineData("{{'none'}}")]
    public void What_is_no_expression_is_refused_with_the_node_and_the_place(string text)
    {
        Assert.Equal(FaultCodes.ExpressionSyntax, Template.Parse(text).Fault?.Code);

        var written = System.Text.Json.JsonEncodedText.Encode(text);
        var fault = OnlyFault(ParseOne("hold", $$"""{ "p": ["{{written}}"] }"""));
        Assert.Equal((FaultCodes.ExpressionSyntax, "/nodes/a/payload/p/0"), (fault.Code, fault.Path));
        Assert.Contains("'a'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_in_single_quotes_is_told_that_it_takes_double_ones() =>
        Assert.Contains("expected a text in double quotes, as in JSON, at character 17", Template.Parse("{{a.result.n || 'none'}}").Fault?.Message);

    [Theory]
    [InlineData("{{gone.result}}", FaultCodes.ExpressionUnknownNode)]
    [InlineData("{{sister.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("{{a.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("{{below.result || 1}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("{{tidy.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("{{lost.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("{{$inputs.gone}}", FaultCodes.ExpressionUnknownInput)]
    [InlineData("{{root.result.gone.x}}", FaultCodes.ExpressionUnknownInput)]
    public void A_reference_to_what_cannot_be_known_there_is_refused(string text, string code)
    {
        var fault = OnlyFault(Parse($$"""
            { "inputSchema": [ { "key": "folder", "type": "string" } ], "nodes": {
                "root": { "type": "manual", "children": ["a", "sister"] }, "sister": { "type": "noop" },
                "a": { "type": "hold", "payload": { "p": "{{text}}" }, "children": ["below"] }, "below": { "type": "noop" },
                "tidy": { "type": "noop", "payload": { "finally": true } }, "lost": { "type": "noop", "children": ["a"] } } }
            """));

        Assert.Equal((code, "/nodes/a/payload/p"), (fault.Code, fault.Path));
        Assert.Contains("'a'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_says_which_results_it_needs()
    {
        var node = Nodes("""
            "root": { "type": "manual", "children": ["b"] }, "b": { "type": "noop", "children": ["c"] }, "c": { "type": "noop", "children": ["a"] },
            "a": { "type": "hold", "payload": { "p": ["{{b.result.x || c.result}}", "{{$secrets.token}} {{b.result.y}}"] } }
            """).Nodes["a"];

        Assert.Equal(["b", "c"], node.References.Order(StringComparer.Ordinal));
        Assert.Equal(["token"], node.Secrets);
        Assert.False(node.NeedsInput);
    }
}
