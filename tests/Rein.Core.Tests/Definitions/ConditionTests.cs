using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class ConditionTests
{
    const string Input = """{"n":5,"s":"abc","list":[1,"b"],"object":{"k":1},"none":null,"blank":"","big":100000000000000000001}""";

    [Theory]
    [InlineData("\"{{$inputs.n}}\"", "eq", "5.0", true)]
    [InlineData("\"{{$inputs.n}}\"", "eq", "\"5\"", false)]
    [InlineData("\"{{$inputs.n}}\"", "ne", "6", true)]
    [InlineData("\"{{$inputs.n}}\"", "gt", "4", true)]
    [InlineData("\"{{$inputs.n}}\"", "gt", "5", false)]
    [InlineData("\"{{$inputs.n}}\"", "gte", "5", true)]
    [InlineData("\"{{$inputs.n}}\"", "lt", "5", false)]
    [InlineData("\"{{$inputs.n}}\"", "lte", "5", true)]
    [InlineData("\"{{$inputs.big}}\"", "gt", "100000000000000000000", true)]
    [InlineData("\"{{$inputs.s}}\"", "lt", "\"abd\"", true)]
    [InlineData("\"{{$inputs.s}}\"", "contains", "\"b\"", true)]
    [InlineData("\"{{$inputs.list}}\"", "contains", "\"b\"", true)]
    [InlineData("\"{{$inputs.list}}\"", "contains", "\"1\"", false)]
    [InlineData("\"{{$inputs.object}}\"", "contains", "\"k\"", true)]
    [InlineData("\"{{$inputs.list}}\"", "notContains", "2", true)]
    [InlineData("\"b\"", "in", "\"{{$inputs.list}}\"", true)]
    [InlineData("\"{{$inputs.s}}\"", "startsWith", "\"ab\"", true)]
    [InlineData("\"{{$inputs.s}}\"", "endsWith", "\"ab\"", false)]
    [InlineData("[\"{{$inputs.n}}\", 1]", "eq", "[5, 1]", true)]
    [InlineData("\"{{$inputs.gone}}\"", "exists", "null", false)]
    [InlineData("\"{{$inputs.none}}\"", "exists", "null", false)]
    [InlineData("\"{{$inputs.blank}}\"", "exists", "null", true)]
    [InlineData("\"{{$inputs.gone}}\"", "notExists", "null", true)]
    [InlineData("\"{{$inputs.gone}}\"", "empty", "null", true)]
    [InlineData("\"{{$inputs.blank}}\"", "empty", "null", true)]
    [InlineData("\"{{$inputs.n}}\"", "empty", "null", false)]
    [InlineData("\"{{$inputs.list}}\"", "notEmpty", "null", true)]
    public void A_condition_answers(string left, string op, string right, bool expected)
    {
        var answer = Evaluate(left, op, right);

        Assert.Null(answer.Fault);
        Assert.Equal(expected, answer.Value);
    }

    [Theory]
    [InlineData("\"{{$inputs.gone}}\"", "eq", "5", FaultCodes.ExpressionUnknownPath)]
    [InlineData("5", "eq", "\"{{$inputs.gone}}\"", FaultCodes.ExpressionUnknownPath)]
    [InlineData("\"{{$inputs.s}}\"", "gt", "5", FaultCodes.ConditionTypeMismatch)]
    [InlineData("\"{{$inputs.n}}\"", "contains", "5", FaultCodes.ConditionTypeMismatch)]
    [InlineData("\"{{$inputs.n}}\"", "notContains", "5", FaultCodes.ConditionTypeMismatch)]
    [InlineData("\"{{$inputs.n}}\"", "startsWith", "\"5\"", FaultCodes.ConditionTypeMismatch)]
    public void What_cannot_be_asked_is_a_fault_and_never_a_silent_no(string left, string op, string right, string code)
    {
        var fault = Evaluate(left, op, right).Fault;

        Assert.Equal(code, fault?.Code);
        Assert.StartsWith("/nodes/a/payload/condition", fault!.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_on_a_side_is_a_fault()
    {
        var node = One("if", """{ "condition": { "left": "{{$inputs.x}}", "op": "startsWith", "right": "x" } }""");

        Assert.Equal(FaultCodes.ExpressionNotText, node.Condition!.Evaluate(Scope("""{"x":"\ud800"}""")).Fault?.Code);
    }

    static Resolved<bool> Evaluate(string left, string op, string right) =>
        One("if", $$"""{ "condition": { "left": {{left}}, "op": "{{op}}", "right": {{right}} } }""").Condition!.Evaluate(Scope(Input));
}
