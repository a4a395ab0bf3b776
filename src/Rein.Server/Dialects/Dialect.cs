using Rein.Server.Access;
using Rein.Server.Problems;

namespace Rein.Server.Dialects;

/// <summary>The API of another product, translated into our commands at its edge: its clients work against this server as they are.</summary>
/// <param name="Name">Also the first segment of its paths, and the name of its OpenAPI document.</param>
/// <param name="Title">Of that document.</param>
/// <param name="Key">Where its requests carry their key.</param>
/// <param name="Shape">How it refuses.</param>
/// <param name="Refused">The type of the body of a refusal, for the document.</param>
/// <param name="Map">Its addresses, below its first segment.</param>
sealed record Dialect(string Name, string Title, KeyPlace Key, IProblemShape Shape, Type Refused, Action<IEndpointRouteBuilder> Map)
{
    public PathString Mount { get; } = "/" + Name;

    /// <summary>What an operator may set of this dialect alone, beside its hosts and its grace.</summary>
    public IReadOnlyList<DialectSetting> Settings { get; init; } = [];
}
