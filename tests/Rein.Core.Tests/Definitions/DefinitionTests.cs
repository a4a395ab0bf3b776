using System.Text;
using Rein.Core.Definitions;
using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class DefinitionTests
{
    const string Inventory = """
        { "nodes": {
            "root": { "type": "manual", "children": ["hash"] },
            "hash": { "type": "process", "payload": { "items": "lines",
                        "command": ["find", "{{root.result.folder}}", "-type", "f", "-exec", "sha256sum", "{}", "+"] } } },
          "inputSchema": [ { "key": "folder", "type": "string", "required": true, "description": "what to hash" } ] }
        """;

    [Fact]
    public void The_definition_of_the_design_is_read()
    {
        var definition = Valid(Parse(Inventory));

        Assert.Equal(["hash"], definition.Root.Children);
        Assert.Equal(["root"], definition.Nodes["hash"].Parents);
        Assert.True(definition.Nodes["hash"].NeedsInput);
        Assert.Empty(definition.Nodes["hash"].References);
        Assert.True(Assert.Single(definition.Inputs.Fields).Required);
        Assert.Equal(64, definition.Hash.Length);
    }

    [Fact]
    public void Its_canonical_json_is_the_same_definition_again()
    {
        var definition = Valid(Parse(Inventory));
        var again = Valid(Definition.Parse(definition.ToJson().Span, KindCatalog.BuiltIn));

        Assert.Equal(definition.Hash, again.Hash);
        Assert.Equal(definition.ToJson().ToArray(), again.ToJson().ToArray());
    }

    [Fact]
    public void White_space_order_and_escapes_do_not_change_the_hash_but_a_value_does()
    {
        var one = Nodes("""  "root": {"type":"manual","children":["a"]},   "a":{"type":"log","payload":{"message":"caf\u00e9"}} """);
        var same = Nodes("""  "a":{"payload":{"message":"café"},"type":"log"},"root":{"children":["a"],"type":"manual"} """);
        var other = Nodes("""  "a":{"payload":{"message":"cafe"},"type":"log"},"root":{"children":["a"],"type":"manual"} """);

        Assert.Equal(one.Hash, same.Hash);
        Assert.NotEqual(one.Hash, other.Hash);
    }

    [Fact]
    public void What_every_kind_takes_stands_in_the_payload()
    {
        var node = One("process", """
            { "command": ["true"], "maxAttempts": 3, "backoff": { "initialSeconds": 2, "factor": 3, "maxSeconds": 10, "jitter": 0.5 },
              "timeoutSeconds": 1.5, "pool": "gpu", "stop": { "graceSeconds": 30 }, "onFailure": "continue" }
            """);

        Assert.Equal(3, node.MaxAttempts);
        Assert.Equal(new Backoff(TimeSpan.FromSeconds(2), 3, TimeSpan.FromSeconds(10), 0.5), node.Backoff);
        Assert.Equal(TimeSpan.FromSeconds(1.5), node.Timeout);
        Assert.Equal("gpu", node.Pool);
        Assert.Equal(TimeSpan.FromSeconds(30), node.StopGrace);
        Assert.Equal(OnFailure.Continue, node.OnFailure);
    }

    [Fact]
    public void Without_them_a_step_is_tried_once_and_its_failure_fails_the_run()
    {
        var node = One("noop", "{}");

        Assert.Equal((1, null, null, null), (node.MaxAttempts, node.Timeout, node.Pool, node.StopGrace));
        Assert.Equal(OnFailure.Fail, node.OnFailure);
        Assert.Equal(Backoff.Default, node.Backoff);
    }

    [Fact]
    public void A_backoff_grows_to_its_maximum_and_chance_only_shortens_it()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(2), 3, TimeSpan.FromSeconds(10), 0.5);

        Assert.Equal([2, 6, 10, 10], new[] { 1, 2, 3, 1000 }.Select(n => backoff.After(n, 0).TotalSeconds));
        Assert.Equal(3, backoff.After(2, 1).TotalSeconds);
    }

    [Theory]
    [InlineData("maxAttempts", "0")]
    [InlineData("maxAttempts", "101")]
    [InlineData("maxAttempts", "1.5")]
    [InlineData("maxAttempts", "\"3\"")]
    [InlineData("timeoutSeconds", "0")]
    [InlineData("timeoutSeconds", "604801")]
    [InlineData("timeoutSeconds", "1e999")]
    [InlineData("pool", "\"{{root.result}}\"")]
    [InlineData("finally", "\"yes\"")]
    [InlineData("onFailure", "\"ignore\"")]
    [InlineData("backoff", "5")]
    public void A_field_out_of_its_range_is_refused_by_name(string name, string value)
    {
        var fault = OnlyFault(ParseOne("noop", $$"""{ "{{name}}": {{value}} }"""));

        Assert.Equal(FaultCodes.DefinitionBadPayload, fault.Code);
        Assert.Equal($"/nodes/a/payload/{name}", fault.Path);
        Assert.Contains("'a'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "graceSeconds": -1 }""", "graceSeconds")]
    [InlineData("""{ "graceSeconds": 3601 }""", "graceSeconds")]
    [InlineData("""{ "graceSecond": 3 }""", "graceSecond")]
    public void A_grace_out_of_its_range_is_refused(string stop, string name) =>
        Assert.Equal($"/nodes/a/payload/stop/{name}", OnlyFault(ParseOne("noop", $$"""{ "stop": {{stop}} }""")).Path);

    [Fact]
    public void A_field_of_the_payload_beside_the_payload_is_refused_with_the_place_where_it_belongs()
    {
        var fault = OnlyFault(ParseNodes("""
            "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop", "maxAttempts": 3 }
            """));

        Assert.Equal(FaultCodes.DefinitionMisplacedField, fault.Code);
        Assert.Contains("payload", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_from_elsewhere_are_kept_and_told_as_warnings()
    {
        var parsed = Parse("""{ "nodes": { "root": { "type": "manual", "connector": {} } }, "variableDefs": [] }""");

        Assert.True(parsed.IsValid);
        Assert.Equal(["/variableDefs", "/nodes/root/connector"], parsed.Warnings.Select(w => w.Path));
        Assert.Contains("variableDefs", Encoding.UTF8.GetString(parsed.Value.ToJson().Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var parsed = ParseNodes("""
            "root": { "type": "manual", "children": ["a", "gone"] },
            "a": { "type": "delay", "payload": { "delayMs": -1 } },
            "b": { "type": "teleport" }
            """);

        Assert.Equal(
            [FaultCodes.DefinitionBadPayload, FaultCodes.DefinitionUnknownChild, FaultCodes.DefinitionUnknownKind],
            parsed.Faults.Select(f => f.Code).Order(StringComparer.Ordinal));
        Assert.Equal(FaultCodes.DefinitionUnreachableNode, Assert.Single(parsed.Warnings).Code);
    }

    [Theory]
    [InlineData("", FaultCodes.DefinitionBadJson)]
    [InlineData("{", FaultCodes.DefinitionBadJson)]
    [InlineData("""{ "nodes": {}, "nodes": {} }""", FaultCodes.DefinitionBadJson)]
    [InlineData("""{ "nodes": { "root": { "type": "\ud800" } } }""", FaultCodes.DefinitionBadJson)]
    [InlineData("[]", FaultCodes.DefinitionBadShape)]
    [InlineData("""{ "nodes": [] }""", FaultCodes.DefinitionBadShape)]
    [InlineData("""{ "nodes": {} }""", FaultCodes.DefinitionNoRoot)]
    public void What_is_no_definition_at_all_is_refused(string text, string code) => Assert.Equal(code, OnlyFault(Parse(text)).Code);

    [Fact]
    public void More_than_a_thousand_nodes_or_a_megabyte_are_refused()
    {
        var many = string.Join(",", Enumerable.Range(0, 1000).Select(i => $$""" "n{{i}}": { "type": "noop" } """));

        Assert.Equal(FaultCodes.DefinitionTooLarge, OnlyFault(ParseNodes($$""" "root": { "type": "manual" }, {{many}} """)).Code);
        Assert.Equal(FaultCodes.DefinitionTooLarge, OnlyFault(Parse(new string(' ', Definition.MaxBytes + 1))).Code);
    }

    [Fact]
    public void The_grace_of_its_runs_is_what_root_says_else_the_longest_that_a_node_asks_for()
    {
        const string below = """ "a": { "type": "noop", "payload": { "stop": { "graceSeconds": 5 } } }, "b": { "type": "noop", "payload": { "stop": { "graceSeconds": 60 } } } """;

        Assert.Equal(60, Nodes($$""" "root": { "type": "manual", "children": ["a", "b"] }, {{below}} """).StopGrace?.TotalSeconds);
        Assert.Equal(1, Nodes($$""" "root": { "type": "manual", "payload": { "stop": { "graceSeconds": 1 } }, "children": ["a", "b"] }, {{below}} """).StopGrace?.TotalSeconds);
        Assert.Null(Nodes(""" "root": { "type": "manual" } """).StopGrace);
    }

    [Fact]
    public void A_kind_that_a_worker_registers_is_known_and_its_payload_is_its_own()
    {
        const string json = """{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "acme.scan", "payload": { "anything": 1 } } } }""";
        var bytes = Encoding.UTF8.GetBytes(json);

        Assert.Equal(FaultCodes.DefinitionUnknownKind, OnlyFault(Parse(json)).Code);
        Assert.True(Definition.Parse(bytes, KindCatalog.BuiltIn.With(["acme.scan"])).IsValid);
        Assert.True(Definition.Parse(bytes, KindCatalog.Any).IsValid);
        Assert.True(Definition.Parse(Json(json), KindCatalog.Any).IsValid);
    }
}
