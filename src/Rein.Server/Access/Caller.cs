using System.Reflection;
using Microsoft.AspNetCore.Http;
using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>Who asks: the key a request came with.</summary>
/// <param name="Actor">What is recorded as who did it: <c>key:NAME</c>.</param>
sealed record Caller(Guid Organization, string Actor, Scopes Scopes)
{
    /// <summary>Endpoints take it as a parameter; the gate has put it there.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => new(context.Features.Get<Caller>());
}
