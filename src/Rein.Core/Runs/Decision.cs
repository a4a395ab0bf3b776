using System.Collections.Immutable;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>What a command came to. Expected outcomes are values: a closed set, never an exception.</summary>
public enum Answer
{
    /// <summary>The command did what it says.</summary>
    Done,

    /// <summary>The run was accepted and waits for room under its limit.</summary>
    Blocked,

    /// <summary>The run was refused: its limit is full and the start said `reject`.</summary>
    Conflict,

    /// <summary>It had been done before; nothing changed.</summary>
    AlreadyDone,

    /// <summary>The run has ended; nothing changed.</summary>
    AlreadyEnded,

    /// <summary>A stop was asked for; this command is against it, and nothing changed.</summary>
    Stopping,

    /// <summary>The report carries an old fence, or its attempt was closed; nothing changed.</summary>
    Fenced,

    /// <summary>There is no such step or attempt.</summary>
    Unknown,

    /// <summary>It does not apply to the run as it is now; nothing changed.</summary>
    NotNow,

    /// <summary>Stop: the run has ended in this commit.</summary>
    Stopped,

    /// <summary>Stop: the wish is durable, and what executes is told.</summary>
    Asked,

    /// <summary>Stop: a wish was there; this one is recorded and changes nothing.</summary>
    AlreadyStopping,

    /// <summary>Stop: a wish was there; this one is sharper.</summary>
    Escalated,
}

/// <summary>The next run and everything that goes with it, or why nothing changes.</summary>
public sealed record Decision(Answer Answer, Change? Change = null)
{
    /// <summary>
    /// Rows that turned out to be needed and were not looked for; null where nothing was missing. There is no change then: whoever asked loads them
    /// (<see cref="Run.Learn"/>) and asks again.
    /// </summary>
    public Slice? Lack { get; init; }

    public static implicit operator Decision(Answer answer) => new(answer);
}

/// <summary>What one decision changes: written in one transaction, or not at all.</summary>
public sealed record Change
{
    public required Run Run { get; init; }

    /// <summary>Ids of the steps that are new or differ, each once; they are in <see cref="Run.Steps"/>.</summary>
    public required ImmutableArray<string> Touched { get; init; }

    /// <summary>Earlier tries that make place for the next, and archived tries that were proved.</summary>
    public ImmutableArray<ArchivedAttempt> Archived { get; init; } = [];

    public ImmutableArray<RunEvent> Events { get; init; } = [];
    public ImmutableArray<Effect> Effects { get; init; } = [];

    /// <summary>The request this decision answered, for the list of requests in the receipt.</summary>
    public ImmutableArray<AnsweredStop> Requests { get; init; } = [];

    /// <summary>This change, and then <paramref name="next"/>, as one.</summary>
    public Change Then(Change next) => next with
    {
        Touched = [.. Touched.Union(next.Touched)],
        Archived = Archived.AddRange(next.Archived),
        Events = Events.AddRange(next.Events),
        Effects = Effects.AddRange(next.Effects),
        Requests = Requests.AddRange(next.Requests),
    };

    /// <summary>One after the other, as one. A batch may hold a thousand of one run: each is looked at once.</summary>
    /// <param name="parts">At least one.</param>
    public static Change Of(IReadOnlyList<Change> parts) => parts switch
    {
        [var only] => only,
        [var one, var next] => one.Then(next),
        _ => parts[^1] with
        {
            Touched = [.. parts.SelectMany(part => part.Touched).Distinct()],
            Archived = [.. parts.SelectMany(part => part.Archived)],
            Events = [.. parts.SelectMany(part => part.Events)],
            Effects = [.. parts.SelectMany(part => part.Effects)],
            Requests = [.. parts.SelectMany(part => part.Requests)],
        },
    };
}

public sealed record ArchivedAttempt(string Step, Attempt Attempt);

/// <summary>One of the requests to stop a run, and what it was told.</summary>
public sealed record AnsweredStop(
    int Number, DateTimeOffset At, StopOrigin Origin, string Actor, string Reason, TimeSpan Grace, FenceAt Fence, bool Force, Answer Answer);
