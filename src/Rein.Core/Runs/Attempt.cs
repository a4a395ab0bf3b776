namespace Rein.Core.Runs;

/// <summary>How far the ladder had to go until an attempt was gone.</summary>
public enum Rung
{
    Asked,
    Terminated,
    Killed,
}

/// <summary>How an attempt ended.</summary>
public enum Outcome
{
    Succeeded,
    Failed,
    TimedOut,

    /// <summary>It ended because it was asked to.</summary>
    Stopped,

    /// <summary>The worker had the stop before the assign and never began.</summary>
    NotStarted,

    /// <summary>Its worker shut down and handed it back: no failed try.</summary>
    Returned,

    /// <summary>The server closed it: the fence fell before a report came.</summary>
    Fenced,

    /// <summary>The session that held it is gone.</summary>
    Lost,
}

/// <summary>Something of an attempt that could not be ended, and why.</summary>
public sealed record Residual(string Kind, string Id, string Why);

/// <summary>What a worker says of an attempt that is over: the proof that it no longer executes.</summary>
public sealed record Proof(Rung? Rung, int? ExitCode, string? Containment, IReadOnlyList<Residual> Residuals)
{
    public static Proof Nothing { get; } = new(null, null, null, []);

    /// <summary>Nothing of the attempt is left.</summary>
    public bool IsComplete => Residuals.Count == 0;

    /// <summary>Word for word: nothing is learned from the one that the other did not say.</summary>
    public bool SaysTheSame(Proof other) =>
        (Rung, ExitCode, Containment) == (other.Rung, other.ExitCode, other.Containment) && Residuals.SequenceEqual(other.Residuals);
}

/// <summary>One try at a step, held by a session under a fence.</summary>
public sealed record Attempt
{
    /// <summary>Counts from 1 within its step.</summary>
    public required int Try { get; init; }

    /// <summary>The run's revision when it was handed out: it only grows, over all attempts of the run.</summary>
    public required long Fence { get; init; }

    public required Guid Session { get; init; }
    public required string Worker { get; init; }
    public required DateTimeOffset AssignedAt { get; init; }

    /// <summary>When it ended or was closed; from then on it is not open, and only its proof is accepted.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public Outcome? Outcome { get; init; }

    /// <summary>Null until somebody has reported how it ended.</summary>
    public Proof? Proof { get; init; }

    /// <summary>Items acknowledged so far; kept by the item path, read here when the attempt closes.</summary>
    public long Items { get; init; }

    /// <summary>Micro-credits for every second, by the price of its kind when it was handed out.</summary>
    public long Rate { get; init; }

    /// <summary>Micro-credits for its beginning, likewise.</summary>
    public long Fee { get; init; }

    /// <summary>Micro-credits that its handler has reported, the highest total that came.</summary>
    public long Reported { get; init; }

    public bool IsOpen => EndedAt is null;
    public bool IsProved => Proof is { IsComplete: true };
    public TimeSpan Used(DateTimeOffset now) => (EndedAt ?? now) - AssignedAt;

    /// <summary>Micro-credits: its fee, its time, and what it reported.</summary>
    public long Cost(DateTimeOffset now) => Credit.Plus(Credit.Plus(Fee, Reported), Credit.Over(Rate, Used(now)));
}
