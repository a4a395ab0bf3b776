using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Definitions.Expressions;

namespace Rein.Core.Runs;

/// <summary>
/// What the expressions of a step may read: the input of its run, the results that were loaded with the slice, and in the body of a loop those of its own
/// iteration, and the item.
/// </summary>
sealed class RunScope(Run run, string step, SecretValues? secrets = null, Effort? effort = null) : IScope
{
    static readonly JsonElement Empty = JsonElement.Parse("{}"u8);

    readonly StepId id = StepId.Parse(step);
    readonly Dictionary<string, JsonElement?> results = new(StringComparer.Ordinal);

    /// <summary>One that cannot be read has nothing in it.</summary>
    public JsonElement Input => field.ValueKind is not JsonValueKind.Undefined ? field : field = run.Input.IsEmpty ? Empty : Parse(run.Input) ?? default;

    public Guid Run => run.Id;

    public JsonElement? ResultOf(string node) => node == Definition.RootId ? Input : Find(run.StepFor(node, id));

    public JsonElement? Item => run.Definition.TryGet(id.Node, out var node) && node.Loop is { } loop ? Find(StepId.Of(loop, id.Index)) : null;

    public int? Index => id.Index;

    JsonElement? Find(string of) =>
        results.TryGetValue(of, out var known) ? known : results[of] = run.Steps.GetValueOrDefault(of)?.Result is { } result ? Parse(result) : null;

    /// <summary>Everything once, however many expressions name it. To look something up in what was parsed before takes a fraction of the time.</summary>
    JsonElement Read(ReadOnlyMemory<byte> json)
    {
        var value = ParsedJson.Of(json, out var isNew);
        effort?.Bytes += isNew ? json.Length : json.Length / 16;
        return value;
    }

    /// <summary>What is no JSON reads as none: a damaged row must not keep a run from being stopped.</summary>
    JsonElement? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Read(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Secret(string name) => secrets?.Values.GetValueOrDefault(name);
}
