using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Definitions.Expressions;

namespace Rein.Core.Runs;

/// <summary>What the expressions of a run may read: its input, and the results that were loaded with the slice.</summary>
sealed class RunScope(Run run, SecretValues? secrets = null) : IScope
{
    static readonly JsonElement Empty = JsonElement.Parse("{}"u8);

    public JsonElement Input => run.Input.IsEmpty ? Empty : JsonElement.Parse(run.Input.Span);

    public Guid Run => run.Id;

    public JsonElement? ResultOf(string node) =>
        node == Definition.RootId ? Input
        : run.Steps.GetValueOrDefault(node)?.Result is { } result ? Parse(result)
        : null;

    /// <summary>A result that is no JSON reads as none: a damaged row must not keep a run from being stopped.</summary>
    static JsonElement? Parse(ReadOnlyMemory<byte> result)
    {
        try
        {
            return JsonElement.Parse(result.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Secret(string name) => secrets?.Values.GetValueOrDefault(name);
}
