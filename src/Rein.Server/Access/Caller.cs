using System.Reflection;
using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>Who asks: the key a request came with.</summary>
/// <param name="Actor">What is recorded as who did it: <c>key:NAME</c>, or <c>link:PREFIX</c>.</param>
sealed record Caller(Guid Organization, string Actor, Scopes Scopes)
{
    /// <summary>It is a key of the organization that founded the installation: with the scope <c>admin</c>, its operator.</summary>
    public bool IsFounder { get; init; }

    public bool IsOperator => IsFounder && Scopes.HasFlag(Scopes.Admin);

    /// <summary>Whose workers open sessions in this pool alone, <see cref="Core.Definitions.PoolName.Default"/> included; null for every pool.</summary>
    public string? Pool { get; init; }

    public Budgets Budgets { get; init; } = Budgets.Unlimited;

    /// <summary>The key's id; empty for whoever came with a link.</summary>
    public Guid Key { get; init; }

    /// <summary>Endpoints take it as a parameter; the gate has put it there.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(context.Features.Get<Caller>());
}
