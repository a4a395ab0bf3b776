using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Rein.Core.Definitions.Expressions;

enum Source
{
    Result,
    Input,
    Secret,

    /// <summary>What an iteration, or a <c>filter</c>, is at.</summary>
    Item,

    /// <summary>Its place in the array, from 0.</summary>
    Index,

    /// <summary>The id of the run.</summary>
    Run,
}

/// <summary>A path into the results of a node, the input, the secrets, or an item.
/// A step is a member's name or, when that is null, an index.</summary>
sealed record PathTerm(string Text, Source Source, string Name, ImmutableArray<(string? Member, int Index)> Steps) : Term
{
    public override JsonElement? Find(IScope scope) => Source switch
    {
        Source.Secret => scope.Secret(Name) is { } secret ? TextJson.Element(secret) : null,
        Source.Input => Walk(scope.Input),
        Source.Item => scope.Item is { } item ? Walk(item) : null,
        Source.Index => scope.Index is { } index ? JsonElement.Parse(index.ToString(CultureInfo.InvariantCulture)) : null,
        Source.Run => TextJson.Element(scope.Run.ToString()),
        _ => scope.ResultOf(Name) is { } result ? Walk(result) : null,
    };

    JsonElement? Walk(JsonElement at)
    {
        foreach (var (member, index) in Steps)
        {
            if (member is null ? !TryGetItem(at, index, out at) : !TryGetMember(at, member, out at)) return null;
        }

        return at.ValueKind is JsonValueKind.Undefined ? null : at;
    }

    static bool TryGetItem(JsonElement at, int index, out JsonElement item)
    {
        var found = at.ValueKind is JsonValueKind.Array && index < at.GetArrayLength();
        item = found ? at[index] : default;
        return found;
    }

    static bool TryGetMember(JsonElement at, string name, out JsonElement member)
    {
        member = default;
        return at.ValueKind is JsonValueKind.Object && at.TryGetProperty(name, out member);
    }
}
