namespace Rein.Server.Dialects.Xpander;

/// <summary>A worker as it is told that it has one: the session it has from here on.</summary>
sealed record WorkerDocument
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string OrganizationId { get; init; } = "";
    public string Type { get; init; } = "worker";
    public DateTimeOffset CreatedAt { get; init; }
    public string? CreatedBy { get; init; }
    public DateTimeOffset LastHeartbeat { get; init; }
    public string? DedicatedAgentId { get; init; }
    public string? ParentAssetId { get; init; }
    public WorkerOf? Metadata { get; init; }
}

sealed record WorkerOf(string Name, string UniqueName);

/// <summary>Why there is none.</summary>
sealed record WorkerConflict(string Error);

/// <summary>Its code is to end; its word that the task is over is the proof.</summary>
sealed record WorkerStop(string TaskId, string Origin, double KillInMs);

/// <param name="IsOpen">False: its session is over, and it has to come again.</param>
/// <param name="IsHeard">Of its capacity: false where it was said to a node that hands out nothing to it. Null where nothing was said of it.</param>
sealed record WorkerAnswer(bool IsOpen, bool? IsHeard);
