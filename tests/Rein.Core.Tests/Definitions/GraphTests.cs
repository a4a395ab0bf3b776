using Rein.Core.Definitions;
using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class GraphTests
{
    [Fact]
    public void A_cycle_is_refused_and_its_path_is_named()
    {
        var fault = OnlyFault(ParseNodes("""
            "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop", "children": ["b"] },
            "b": { "type": "noop", "children": ["c"] }, "c": { "type": "noop", "children": ["b"] }
            """));

        Assert.Equal(FaultCodes.DefinitionCycle, fault.Code);
        Assert.Contains("b -> c -> b", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_its_own_child_is_a_cycle() =>
        Assert.Equal(FaultCodes.DefinitionCycle, OnlyFault(ParseNodes("""
            "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop", "children": ["a"] }
            """)).Code);

    [Fact]
    public void A_thousand_nodes_in_a_chain_are_no_cycle()
    {
        var chain = string.Join(",", Enumerable.Range(1, 999).Select(i => $$""" "n{{i}}": { "type": "noop", "children": [{{(i < 999 ? $"\"n{i + 1}\"" : "")}}] } """));

        Assert.Equal(1000, Nodes($$""" "root": { "type": "manual", "children": ["n1"] }, {{chain}} """).Nodes.Count);
    }

    [Fact]
    public void An_unknown_child_is_refused_by_name_and_place()
    {
        var fault = OnlyFault(ParseNodes(""" "root": { "type": "manual", "children": ["a", "b"] }, "a": { "type": "noop" } """));

        Assert.Equal((FaultCodes.DefinitionUnknownChild, "/nodes/root/children/1"), (fault.Code, fault.Path));
        Assert.Contains("'b'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "root": { "type": "manual", "children": ["a", "a"] }, "a": { "type": "noop" } """, FaultCodes.DefinitionDuplicateChild)]
    [InlineData(""" "root": { "type": "noop" } """, FaultCodes.DefinitionNoRoot)]
    [InlineData(""" "root": { "type": "manual", "children": ["a"] }, "a": { "type": "manual" } """, FaultCodes.DefinitionSecondRoot)]
    [InlineData(""" "root": { "type": "manual" }, "a": { "type": "noop", "children": ["root"] } """, FaultCodes.DefinitionRootHasParents)]
    [InlineData(""" "root": { "type": "manual" }, "1a": { "type": "noop" } """, FaultCodes.DefinitionBadNodeId)]
    [InlineData(""" "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop", "branch": "then" } """, FaultCodes.DefinitionBadBranch)]
    [InlineData(""" "root": { "type": "manual", "children": "a" } """, FaultCodes.DefinitionBadShape)]
    [InlineData(""" "root": { "type": "manual", "loopBody": ["a"] } """, FaultCodes.DefinitionBadShape)]
    [InlineData(""" "root": { "type": "manual", "payload": { "finally": true } } """, FaultCodes.DefinitionBadFinally)]
    public void A_graph_that_cannot_run_is_refused(string nodes, string code) => Assert.Equal(code, OnlyFault(ParseNodes(nodes)).Code);

    [Fact]
    public void A_branch_belongs_to_the_child_of_an_if()
    {
        var definition = Nodes("""
            "root": { "type": "manual", "children": ["ask"] },
            "ask": { "type": "if", "payload": { "condition": { "left": 1, "op": "eq", "right": 1 } }, "children": ["yes", "no", "both"] },
            "yes": { "type": "noop", "branch": "then" }, "no": { "type": "noop", "branch": "else" }, "both": { "type": "noop" }
            """);

        Assert.Equal([Branch.Then, Branch.Else, Branch.Always], new[] { "yes", "no", "both" }.Select(id => definition.Nodes[id].Branch));
    }

    [Fact]
    public void An_unreachable_node_is_a_warning_and_no_join_waits_for_it()
    {
        var parsed = ParseNodes("""
            "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop" }, "lost": { "type": "noop", "children": ["a"] }
            """);

        Assert.Equal("/nodes/lost", Assert.Single(parsed.Warnings).Path);
        Assert.Equal(["root"], Valid(parsed).Nodes["a"].Parents);
        Assert.False(parsed.Value!.TryGet("lost", out _));
    }

    [Fact]
    public void Clean_up_begins_at_the_finally_nodes_and_goes_on_below_them()
    {
        var definition = Nodes("""
            "root": { "type": "manual", "children": ["work"] }, "work": { "type": "noop" },
            "tidy": { "type": "noop", "payload": { "finally": true }, "children": ["tell"] },
            "tell": { "type": "log", "payload": { "message": "{{tidy.result.x}} {{work.result.y || \"\"}}" } }
            """);

        Assert.Equal(["tidy"], definition.CleanUp.Select(n => n.Id));
        Assert.Equal(["tell", "tidy"], definition.Nodes.Values.Where(n => n.IsFinally).Select(n => n.Id).Order(StringComparer.Ordinal));
        Assert.Equal(["tidy", "work"], definition.Nodes["tell"].References.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""
        "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop", "payload": { "finally": true } }
        """)]
    [InlineData("""
        "root": { "type": "manual", "children": ["a"] }, "a": { "type": "noop" },
        "tidy": { "type": "noop", "payload": { "finally": true }, "children": ["a"] }
        """)]
    [InlineData("""
        "root": { "type": "manual" }, "lost": { "type": "noop", "children": ["a"] }, "a": { "type": "noop", "payload": { "finally": true } }
        """)]
    public void Clean_up_and_work_do_not_mix(string nodes)
    {
        var fault = OnlyFault(ParseNodes(nodes));

        Assert.Equal((FaultCodes.DefinitionBadFinally, "/nodes/a"), (fault.Code, fault.Path));
    }

    [Fact]
    public void In_a_dense_graph_every_parent_is_counted_and_every_ancestor_seen()
    {
        // 400 nodes, each above all that follow and looking back: 80,000 edges.
        var nodes = Enumerable.Range(1, 400).Select(n => $$"""
            "n{{n}}": { "type": "noop", "children": [{{string.Join(",", Enumerable.Range(n + 1, 400 - n).Select(c => $"\"n{c}\""))}}],
                        "payload": { "p": "{{n switch { 1 => "", _ => $"{{{{n1.result || n{n - 1}.result}}}}" }}}" } }
            """);
        var definition = Nodes($$""" "root": { "type": "manual", "children": ["n1"] }, {{string.Join(",", nodes)}} """);

        Assert.Equal(399, definition.Nodes["n400"].Parents.Length);
        Assert.Equal(["n1", "n399"], definition.Nodes["n400"].References.Order(StringComparer.Ordinal));
    }
}
