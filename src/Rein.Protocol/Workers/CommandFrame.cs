using System.Text.Json.Serialization;

namespace Rein.Protocol.Workers;

/// <summary>What a server tells a worker. Frames carry durations, never times: the worker counts them on its own monotonic clock.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AssignFrame), "assign")]
[JsonDerivedType(typeof(StopFrame), "stop")]
[JsonDerivedType(typeof(DrainFrame), "drain")]
public abstract record CommandFrame;

/// <summary>An attempt to execute.</summary>
public sealed record AssignFrame : CommandFrame
{
    /// <summary>Which attempt; every report about it repeats this.</summary>
    public required AttemptRef Attempt { get; init; }

    /// <summary>Counts from 1 within the step.</summary>
    public required int Try { get; init; }

    /// <summary>Which handler.</summary>
    public required string Kind { get; init; }

    /// <summary>JSON, UTF-8, every expression replaced.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The values of the secrets in the payload. Whoever executes it hides them in logs, items, results and errors.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How long it may take, in milliseconds; null is unbounded. When it is up the worker climbs the ladder by itself.</summary>
    public double? TimeoutMs { get; init; }

    /// <summary>How long the run itself has left, in milliseconds; null where it has no deadline. The server stops it then: code may plan by it.</summary>
    public double? DeadlineMs { get; init; }

    /// <summary>What the latest try that made a checkpoint left to go on from: a JSON value, UTF-8; null where none did.</summary>
    public ReadOnlyMemory<byte>? Checkpoint { get; init; }

    /// <summary>What the ladder gives the attempt between ask and kill when its time is up, in milliseconds.</summary>
    public double GraceMs { get; init; }
}

/// <summary>An attempt to stop: ask now, kill when the time has passed. Sent again, the time only gets shorter.</summary>
/// <param name="Attempt">Which; one that is not known yet is kept, and its assign is answered with the outcome not_started.</param>
/// <param name="KillInMs">0: kill at once, without asking.</param>
/// <param name="Origin">Where the wish came from: manual, parent, deadline, …</param>
/// <param name="Reason">What the person who asked wrote; may be empty.</param>
public sealed record StopFrame(AttemptRef Attempt, double KillInMs, string Origin, string Reason) : CommandFrame;

/// <summary>
/// No more work comes; what is held is finished, or handed back when the time has passed. Repeated with every heartbeat as long as the drain is on: an
/// answer to a heartbeat without this frame says that there is none.
/// </summary>
public sealed record DrainFrame : CommandFrame
{
    /// <summary>In how many milliseconds what is still held is handed back; 0: now. Null: it takes as long as it takes.</summary>
    public double? HandBackInMs { get; init; }

    /// <summary>The drain is over, and work comes again.</summary>
    public bool IsOver { get; init; }
}
