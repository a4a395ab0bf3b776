using Rein.Core.Definitions;
using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class InputSchemaTests
{
    static readonly InputSchema Schema = Read("""
        [ { "key": "folder", "type": "string", "required": true, "description": "what to hash" },
          { "key": "depth", "type": "integer", "default": 3 }, { "key": "ratio", "type": "number" },
          { "key": "deep", "type": "boolean" }, { "key": "filter", "type": "object" }, { "key": "names", "type": "array" } ]
        """);

    [Theory]
    [InlineData("""{ "folder": "/usr" }""")]
    [InlineData("""{ "folder": "", "depth": 4.0, "ratio": 0.5, "deep": false, "filter": {}, "names": [] }""")]
    [InlineData("""{ "folder": "/usr", "depth": null }""")]
    public void An_input_that_fits_is_taken(string input) => Assert.Empty(Schema.Check(Json(input)));

    [Theory]
    [InlineData("""{}""", FaultCodes.InputMissing, "/folder")]
    [InlineData("""{ "folder": null }""", FaultCodes.InputMissing, "/folder")]
    [InlineData("null", FaultCodes.InputMissing, "/folder")]
    [InlineData("[]", FaultCodes.InputWrongType, "")]
    [InlineData("""{ "folder": 5 }""", FaultCodes.InputWrongType, "/folder")]
    [InlineData("""{ "folder": "", "depth": 1.5 }""", FaultCodes.InputWrongType, "/depth")]
    [InlineData("""{ "folder": "", "ratio": "1" }""", FaultCodes.InputWrongType, "/ratio")]
    [InlineData("""{ "folder": "", "deep": 0 }""", FaultCodes.InputWrongType, "/deep")]
    [InlineData("""{ "folder": "", "names": {} }""", FaultCodes.InputWrongType, "/names")]
    [InlineData("""{ "folder": "", "foldr": "" }""", FaultCodes.InputUnknown, "/foldr")]
    [InlineData("""{ "folder": "", "\ud800": "" }""", FaultCodes.InputUnknown, "")]
    public void An_input_that_does_not_fit_is_refused_by_its_key(string input, string code, string path)
    {
        var fault = Assert.Single(Schema.Check(Json(input)));

        Assert.Equal((code, path), (fault.Code, fault.Path));
    }

    [Fact]
    public void Every_wrong_key_is_told() => Assert.Equal(3, Schema.Check(Json("""{ "depth": "x", "odd": 1 }""")).Length);

    [Fact]
    public void Without_a_schema_any_object_of_at_most_256_KB_is_taken()
    {
        var free = new InputSchema([]);

        Assert.Empty(free.Check(default));
        Assert.Empty(free.Check(Json("""{ "x": 1 }""")));
        Assert.Equal(FaultCodes.InputTooLarge, Assert.Single(free.Check(Json($$"""{ "x": "{{new string('x', InputSchema.MaxInputBytes)}}" }"""))).Code);
    }

    [Fact]
    public void A_default_fills_what_is_missing_or_null_and_nothing_else()
    {
        Assert.Equal("""{"folder":"a","depth":3}""", Schema.Complete(Json("""{ "folder": "a", "depth": null }""")).GetRawText());
        Assert.Equal("""{"folder":"a","depth":7}""", Schema.Complete(Json("""{"folder":"a","depth":7}""")).GetRawText());
        Assert.Equal("{}", new InputSchema([]).Complete(default).GetRawText());
    }

    [Theory]
    [InlineData("""{}""", "/inputSchema")]
    [InlineData("""[ 1 ]""", "/inputSchema/0")]
    [InlineData("""[ { "type": "string" } ]""", "/inputSchema/0/key")]
    [InlineData("""[ { "key": "a" } ]""", "/inputSchema/0/type")]
    [InlineData("""[ { "key": "a", "type": "text" } ]""", "/inputSchema/0/type")]
    [InlineData("""[ { "key": "a", "type": "string", "required": "yes" } ]""", "/inputSchema/0/required")]
    [InlineData("""[ { "key": "a", "type": "string", "default": 1 } ]""", "/inputSchema/0/default")]
    [InlineData("""[ { "key": "a", "type": "string" }, { "key": "a", "type": "number" } ]""", "/inputSchema")]
    public void A_schema_that_cannot_be_meant_is_refused(string schema, string path)
    {
        var fault = OnlyFault(ParseWith(schema));

        Assert.Equal((FaultCodes.DefinitionBadInputSchema, path), (fault.Code, fault.Path));
    }

    static InputSchema Read(string schema) => Valid(ParseWith(schema)).Inputs;

    static Parsed<Definition> ParseWith(string schema) => Parse($$"""{ "nodes": { "root": { "type": "manual" } }, "inputSchema": {{schema}} }""");
}
