using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rein.Core.Definitions;
using Rein.Core.Definitions.Expressions;
using Xunit;

namespace Rein.Core.Tests.Definitions;

public sealed class DefinitionProperties
{
    // Words that the reader looks for, so that chance gets past its first check.
    static readonly string[] Words =
    [
        "nodes", "root", "a", "b", "type", "payload", "children", "branch", "finally", "manual", "log", "if", "process", "delay", "command", "message",
        "condition", "left", "op", "right", "eq", "then", "inputSchema", "key", "default", "stop", "graceSeconds", "maxAttempts", "backoff", "pool",
        "{{a.result.x || 1}}", "{{root.result}}", "{{", "{{\\\"", "\\ud800", "\\u0000", "é", "",
    ];

    static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.Elements("null", "true", "false", "0", "-1", "1e999", "1.5"), Gen.Elements(Words).Select(Quoted));

    [Fact]
    public void No_json_makes_the_reader_throw_and_what_it_takes_it_takes_again() =>
        Prop.ForAll(Arb.From(Documents()), document =>
        {
            var parsed = Definition.Parse(Encoding.UTF8.GetBytes(document), KindCatalog.Any);
            return parsed.IsValid ? IsStable(parsed.Value) : parsed.Faults.Length > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void No_bytes_make_the_reader_throw() =>
        Prop.ForAll<byte[]>(bytes => !Definition.Parse(bytes, KindCatalog.Any).IsValid).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_tree_of_nodes_is_read_and_comes_back_as_it_was() =>
        Prop.ForAll(Arb.From(Trees()), tree => Written.Valid(Written.ParseNodes(tree)) is var read && IsStable(read))
            .Check(Config.QuickThrowOnFailure);

    [Fact]
    public void No_text_makes_a_template_throw() =>
        Prop.ForAll(Arb.From(Texts()), text =>
        {
            var template = Template.Parse(text);
            return template.Fault is not null || template.Value!.ResolveText(Written.Scope()) is var _;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    static bool IsStable(Definition definition)
    {
        var again = Definition.Parse(definition.ToJson().Span, KindCatalog.Any);
        return again.IsValid && again.Value.Hash == definition.Hash && again.Value.ToJson().Span.SequenceEqual(definition.ToJson().Span);
    }

    static Gen<string> Documents() => Gen.OneOf(
        Values(4), Values(3).Select(payload =>
            $$"""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "hold", "payload": { "p": {{payload}} } } } }"""),
        Values(3).Select(nodes => $$"""{ "nodes": { "root": { "type": "manual" }, "b": {{nodes}} }, "inputSchema": [{{nodes}}] }"""));

    static Gen<string> Values(int depth) => depth == 0 ? Leaf : Gen.OneOf(
        Leaf,
        Values(depth - 1).ListOf(3).Select(items => $"[{string.Join(',', items)}]"),
        Members(depth - 1).ListOf(4).Select(members => $"{{{string.Join(',', members)}}}"));

    static Gen<string> Members(int depth) =>
        from name in Gen.Elements(Words)
        from value in Values(depth)
        select $"{Quoted(name)}:{value}";

    // Each node hangs below one with a smaller number: never a cycle, always reachable.
    static Gen<string> Trees() =>
        from parents in Gen.Choose(0, int.MaxValue).ListOf(20)
        let above = parents.Select((p, i) => p % (i + 1)).ToList()
        select string.Join(',', Enumerable.Range(0, 21).Select(n =>
        {
            var children = above.Select((p, i) => (p, i)).Where(e => e.p == n).Select(e => Quoted(Id(e.i + 1)));
            return $$"""{{Quoted(Id(n))}}:{"type":"{{(n == 0 ? "manual" : "noop")}}","children":[{{string.Join(',', children)}}]}""";
        }));

    static string Id(int n) => n == 0 ? "root" : "n" + n.ToString(CultureInfo.InvariantCulture);

    static Gen<string> Texts() =>
        Gen.Elements("{{", "}}", "a.result", "$inputs", "$secrets", ".x", "[0]", "[\"", "\"", "\\", "||", " ", "-1", "null", "$", ".", "é")
            .ListOf(6).Select(parts => string.Concat(parts));

    static string Quoted(string text) => $"\"{text}\"";
}
