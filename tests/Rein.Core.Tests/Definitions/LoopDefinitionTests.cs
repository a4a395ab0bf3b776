using Rein.Core.Definitions;
using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class LoopDefinitionTests
{
    const string Root = """ "root": { "type": "manual", "children": ["each"] }, """;

    [Fact]
    public void A_loop_knows_its_body_and_the_body_its_loop()
    {
        var definition = Nodes(Root + """
            "each": { "type": "for-each", "payload": { "items": [1], "width": 3 }, "loopBody": ["a"], "children": ["after"] },
            "a": { "type": "noop", "children": ["b"], "payload": { "n": "{{$item.x}} {{$index}}" } }, "b": { "type": "noop" },
            "after": { "type": "noop", "payload": { "r": "{{each.result.results}}" } }
            """);

        Assert.True(definition.HasLoops);
        Assert.Equal(["each", "each", null, null], new[] { "a", "b", "each", "after" }.Select(id => definition.Nodes[id].Loop));
        Assert.Equal((3, true), (definition.Nodes["each"].Width, definition.Nodes["a"].NeedsItem));
        Assert.Empty(definition.Nodes["a"].Parents);
    }

    [Theory]
    [InlineData("a", null)]
    [InlineData("a[0]", 0)]
    [InlineData("a[9999]", 9999)]
    public void A_step_in_a_body_has_its_number_behind_the_node(string step, int? index)
    {
        Assert.Equal(new StepId("a", index), StepId.Parse(step));
        Assert.Equal(step, StepId.Of("a", index));
    }

    [Theory]
    [InlineData("a[01]")]
    [InlineData("a[-1]")]
    [InlineData("a[]")]
    [InlineData("[1]")]
    [InlineData("a[1]]")]
    [InlineData("a[ 1]")]
    [InlineData("a[12345678]")]
    [InlineData("outside[1]")]
    [InlineData("root[0]")]
    public void Nothing_else_is_a_step_of_an_iteration(string step) => Assert.False(Nodes(Root + """
        "each": { "type": "for-each", "payload": { "items": [1] }, "loopBody": ["a"], "children": ["outside"] }, "a": { "type": "noop" }, "outside": { "type": "noop" }
        """).TryGet(step, out _));

    [Theory]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] } } """, "has no 'loopBody'")]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"] }, "a": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["b"] }, "b": { "type": "noop" } """, "no node can be of the type 'for-each'")]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"] }, "a": { "type": "workflow", "payload": { "workflow": "w" } } """, "no node can be of the type 'workflow'")]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"], "children": ["b"] }, "a": { "type": "noop", "children": ["b"] }, "b": { "type": "noop" } """, "'b' is in the body of 'each' and a child of 'each', which is not")]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a", "b"] }, "a": { "type": "noop", "children": ["b"] }, "b": { "type": "noop" } """, "begins its body with 'b', which is a child of 'a' too")]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"], "children": ["a"] }, "a": { "type": "noop" } """, "begins its body with 'a', which is a child of 'each' too")]
    public void A_body_that_is_not_closed_is_refused(string nodes, string says)
    {
        var faults = ParseNodes(Root + nodes).Faults;
        Assert.Contains(faults, fault => fault.Code == FaultCodes.DefinitionBadLoop && fault.Message.Contains(says, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.Equal(FaultCodes.DefinitionBadLoop, fault.Code));
    }

    [Fact]
    public void Two_loops_do_not_share_a_body() => Assert.Contains("in the bodies of 'each' and 'other'", ParseNodes("""
        "root": { "type": "manual", "children": ["each", "other"] },
        "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"] }, "other": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"] }, "a": { "type": "noop" }
        """).Faults.Single().Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"] }, "a": { "type": "noop", "children": ["each"] } """, FaultCodes.DefinitionCycle)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["b"] } """, FaultCodes.DefinitionUnknownChild)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": "a" }, "a": { "type": "noop" } """, FaultCodes.DefinitionBadShape)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": 1 }, "loopBody": ["a"] }, "a": { "type": "noop" } """, FaultCodes.DefinitionBadPayload)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": "x" }, "loopBody": ["a"] }, "a": { "type": "noop" } """, FaultCodes.DefinitionBadPayload)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [], "width": 0 }, "loopBody": ["a"] }, "a": { "type": "noop" } """, FaultCodes.DefinitionBadPayload)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [], "width": 257 }, "loopBody": ["a"] }, "a": { "type": "noop" } """, FaultCodes.DefinitionBadPayload)]
    [InlineData(""" "each": { "type": "for-each", "payload": { "items": [] }, "loopBody": ["a"] }, "a": { "type": "noop", "payload": { "finally": true } } """, FaultCodes.DefinitionBadFinally)]
    [InlineData(""" "each": { "type": "noop" }, "tidy": { "type": "for-each", "payload": { "items": [], "finally": true }, "loopBody": ["a"] }, "a": { "type": "noop" } """, FaultCodes.DefinitionBadFinally)]
    [InlineData(""" "each": { "type": "filter", "payload": { "items": [] } } """, FaultCodes.DefinitionBadPayload)]
    [InlineData(""" "each": { "type": "filter", "payload": { "items": [], "where": { "left": 1, "op": "eq", "right": 1 }, "width": 2 } } """, FaultCodes.DefinitionBadPayload)]
    public void What_cannot_be_gone_through_is_refused(string nodes, string code) => Assert.Contains(ParseNodes(Root + nodes).Faults, fault => fault.Code == code);

    [Theory]
    [InlineData("each", "{{a.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("after", "{{a.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("after", "{{$item}}", FaultCodes.ExpressionMisplacedItem)]
    [InlineData("after", "{{$index}}", FaultCodes.ExpressionMisplacedItem)]
    [InlineData("before", "{{each.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("a", "{{each.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("a", "{{after.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("a", "{{b.result}}", FaultCodes.ExpressionNotAnAncestor)]
    [InlineData("a", "{{$signals.ask}}", FaultCodes.ExpressionUnknownNode)]
    [InlineData("a", "{{$index.x}}", FaultCodes.ExpressionSyntax)]
    [InlineData("a", "{{$items}}", FaultCodes.ExpressionSyntax)]
    [InlineData("a", "{{before.result}} {{$item[0].x}} {{$index}} {{root.result.y}}", null)]
    [InlineData("b", "{{a.result}} {{$item}}", null)]
    [InlineData("after", "{{each.result}}", null)]
    public void What_is_not_known_in_or_behind_a_body_cannot_be_read_there(string where, string text, string? code)
    {
        string Reads(string node) => node == where ? $$""" "say": "{{text}}" """ : "";
        var each = where == "each" ? text : "{{before.result}}";
        var parsed = ParseNodes($$"""
            "root": { "type": "manual", "children": ["before"] }, "before": { "type": "noop", "children": ["each"], "payload": { {{Reads("before")}} } },
            "each": { "type": "for-each", "payload": { "items": "{{each}}" }, "loopBody": ["a"], "children": ["after"] },
            "a": { "type": "noop", "children": ["b", "ask"], "payload": { {{Reads("a")}} } }, "b": { "type": "noop", "payload": { {{Reads("b")}} } }, "ask": { "type": "wait" },
            "after": { "type": "noop", "payload": { {{Reads("after")}} } }
            """);

        Assert.Equal(code is null ? [] : [code], parsed.Faults.Select(fault => fault.Code));
    }

    [Fact]
    public void A_filter_reads_its_item_where_it_asks_and_nowhere_else()
    {
        var definition = Nodes(Root + """ "each": { "type": "filter", "payload": { "items": [1], "where": { "left": "{{$item}}", "op": "gt", "right": "{{$index}}" } } } """);
        Assert.False(definition.Nodes["each"].NeedsItem);

        Assert.Equal(FaultCodes.ExpressionMisplacedItem, OnlyFault(ParseNodes(Root + """ "each": { "type": "filter", "payload": { "items": "{{$item}}", "where": { "left": 1, "op": "exists" } } } """)).Code);
    }
}
