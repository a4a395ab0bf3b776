using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Rein.Protocol.Problems;

namespace Rein.Protocol;

/// <summary>A definition to be saved under a name.</summary>
public sealed record SaveWorkflowRequest
{
    /// <summary>The graph: an object with <c>nodes</c>, and optionally <c>inputSchema</c>. At most 1 MiB.</summary>
    public JsonElement Definition { get; init; }

    /// <summary>How many runs of the workflow may be admitted at once, 0 to 1,000,000; null for no limit.</summary>
    [Range(0, 1_000_000)]
    public int? MaxRunning { get; init; }
}

/// <summary>A version of a workflow.</summary>
public sealed record WorkflowDocument
{
    /// <summary>The workflow's id: the same for all its versions.</summary>
    public Guid Id { get; init; }

    /// <summary>1 to 100 letters, digits, dots, dashes and underscores.</summary>
    public string Name { get; init; } = "";

    /// <summary>Counts from 1.</summary>
    public int Version { get; init; }

    /// <summary>SHA-256 over the definition's canonical form, in hex.</summary>
    public string Hash { get; init; } = "";

    /// <summary>How many runs may be admitted at once; null for no limit.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>When this version was saved.</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>The definition, in its canonical form. Absent in lists.</summary>
    public JsonElement? Definition { get; init; }

    /// <summary>What is worth knowing of the definition although it was accepted. Only in the answer to a save.</summary>
    public IReadOnlyList<ProblemError>? Warnings { get; init; }
}

/// <summary>A page of workflows, each in its latest version, by name.</summary>
public sealed record WorkflowList
{
    /// <summary>The page.</summary>
    public IReadOnlyList<WorkflowDocument> Workflows { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}
