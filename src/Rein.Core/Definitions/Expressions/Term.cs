using System.Text.Json;

namespace Rein.Core.Definitions.Expressions;

/// <summary>One alternative of an expression.</summary>
abstract record Term
{
    /// <summary>Null when there is nothing at the end of the path.</summary>
    public abstract JsonElement? Find(IScope scope);
}

sealed record Literal(JsonElement Value) : Term
{
    public override JsonElement? Find(IScope scope) => Value;
}
