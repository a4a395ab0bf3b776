using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions.Expressions;

/// <summary>A text with expressions in it, parsed once. To write <c>{{</c> itself: <c>{{"{{"}}</c>.</summary>
public sealed class Template
{
    // A piece is a text or, when that is null, an expression.
    readonly ImmutableArray<(string? Text, Expression? Expression)> pieces;

    Template(ImmutableArray<(string?, Expression?)> pieces) => this.pieces = pieces;

    /// <summary>The text is exactly one expression, so its value keeps its JSON type.</summary>
    public bool IsWhole => pieces is [{ Expression: not null }];

    internal bool BeginsWithExpression => pieces is [{ Expression: not null }, ..];

    internal IEnumerable<PathTerm> Paths => pieces.SelectMany(p => p.Expression is { } e ? e.Terms.OfType<PathTerm>() : []);

    /// <summary>False for most texts, which then need no template at all.</summary>
    public static bool HasExpression(string text) => text.Contains("{{", StringComparison.Ordinal);

    public static Resolved<Template> Parse(string text)
    {
        var pieces = ImmutableArray.CreateBuilder<(string?, Expression?)>();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            if (open > at) pieces.Add((text[at..open], null));
            var parser = new ExpressionParser(text, open + 2);
            if (parser.Read() is not { } expression)
                return new Fault(
                    FaultCodes.ExpressionSyntax,
                    $"{Said.Quote(text)} cannot be read: {parser.Problem} (to write {{{{ itself: {{{{\"{{{{\"}}}}).");
            pieces.Add((null, expression));
            at = parser.End;
        }

        if (at < text.Length) pieces.Add((text[at..], null));
        return new Template(pieces.DrainToImmutable());
    }

    /// <summary>The JSON value of a whole expression, else a JSON string.</summary>
    public Resolved<JsonElement> Resolve(IScope scope)
    {
        if (IsWhole) return pieces[0].Expression!.Resolve(scope);
        var text = ResolveText(scope);
        return text.Fault is { } fault ? fault : TextJson.Element(text.Value!);
    }

    /// <summary>Always a text: a number or a truth value as JSON writes it, an object or an array as compact JSON.</summary>
    public Resolved<string> ResolveText(IScope scope)
    {
        var whole = new StringBuilder();
        foreach (var (text, expression) in pieces)
        {
            if (expression is null)
            {
                whole.Append(text);
                continue;
            }

            var value = expression.Resolve(scope);
            if (value.Fault is { } missing) return missing;
            var read = TextJson.Read(value.Value, expression.Text);
            if (read.Fault is { } unreadable) return unreadable;
            whole.Append(read.Value);
            if (whole.Length > PayloadTemplate.MaxResolvedBytes)
                return new Fault(
                    FaultCodes.PayloadTooLarge,
                    $"The text is longer than {PayloadTemplate.MaxResolvedBytes} with its expressions resolved.");
        }

        return whole.ToString();
    }
}
