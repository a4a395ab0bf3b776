using System.Text.Json;

namespace Rein.Core.Definitions.Expressions;

/// <summary>A scope of values that are all at hand.</summary>
public sealed record Scope(
    JsonElement Input,
    IReadOnlyDictionary<string, JsonElement> Results,
    IReadOnlyDictionary<string, string>? Secrets = null,
    Guid Run = default) : IScope
{
    public JsonElement? ResultOf(string node) => Results.TryGetValue(node, out var result) ? result : null;

    public string? Secret(string name) => Secrets?.GetValueOrDefault(name);
}
