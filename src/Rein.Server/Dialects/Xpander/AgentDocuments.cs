using System.Text.Json;

namespace Rein.Server.Dialects.Xpander;

/// <summary>A workflow as it is told. In lists without its graph and its definition.</summary>
sealed record AgentDocument
{
    public string Id { get; init; } = "";
    public string OrganizationId { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Description { get; init; }
    public string UniqueName { get; init; } = "";
    public string Icon { get; init; } = "";
    public InstructionsDocument Instructions { get; init; } = new();
    public string Framework { get; init; } = "";
    public string DeploymentType { get; init; } = "";
    public string Status { get; init; } = "";
    public string Type { get; init; } = "";
    public int Version { get; init; }
    public string ModelProvider { get; init; } = "";
    public string ModelName { get; init; } = "";
    public string? LlmReasoningEffort { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public IReadOnlyList<GraphItem> Graph { get; init; } = [];
    public IReadOnlyList<JsonElement> Tools { get; init; } = [];
    public JsonElement? Definition { get; init; }
}

/// <summary>A node of its definition.</summary>
/// <param name="Type"><c>source_node</c>, <c>agent</c>, <c>human_in_the_loop</c> or <c>tool</c>.</param>
sealed record GraphItem(string Id, string ItemId, string Name, string Type, IReadOnlyList<string> Targets, bool IsFirst);

sealed record InstructionsDocument
{
    public IReadOnlyList<string> Role { get; init; } = [];
    public IReadOnlyList<string> Goal { get; init; } = [];
    public string General { get; init; } = "";
}
