using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions.Expressions;

/// <summary>What stands between <c>{{</c> and <c>}}</c>: alternatives, of which the first
/// that is neither missing nor null counts.</summary>
sealed record Expression(string Text, ImmutableArray<Term> Terms)
{
    public Resolved<JsonElement> Resolve(IScope scope)
    {
        try
        {
            return ResolveTerms(scope);
        }
        catch (InvalidOperationException) // a member's name that is not valid text
        {
            return TextJson.NotText(Text);
        }
    }

    Resolved<JsonElement> ResolveTerms(IScope scope)
    {
        JsonElement? none = null;
        foreach (var term in Terms)
        {
            if (term.Find(scope) is not { } found) continue;
            if (found.ValueKind is not JsonValueKind.Null) return found;
            none = found;
        }

        if (none is { } explicitNull) return explicitNull;
        return new Fault(FaultCodes.ExpressionUnknownPath, Terms.Length == 1
            ? $"There is nothing at {Said.Quote(Text)}."
            : $"There is nothing at {Said.Quote(Text)}, at none of its alternatives.");
    }
}
