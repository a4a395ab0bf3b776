using System.Collections.Immutable;

namespace Rein.Core.Runs;

/// <summary>What happens besides the rows of the run. Data: nothing happens before the commit.</summary>
public abstract record Effect;

/// <summary>Signal. A worker is handed a step.</summary>
public sealed record Assign(Guid Run, string Step, Attempt Attempt, ReadOnlyMemory<byte> Payload) : Effect
{
    /// <summary>The values of the secrets in the payload: whoever executes it hides them in whatever it says.</summary>
    public ImmutableArray<string> Secrets { get; init; } = [];

    /// <summary>What an earlier try left to go on from, as JSON; null where none did.</summary>
    public ReadOnlyMemory<byte>? Checkpoint { get; init; }
}

/// <summary>Signal. A worker is told to end an attempt: by itself at once, by the ladder when <paramref name="KillIn"/> has passed.</summary>
public sealed record SendStop(Guid Run, string Step, Attempt Attempt, TimeSpan KillIn, StopOrigin Origin, string Reason) : Effect;

/// <summary>Signal. Room may have come free under a limit: the next blocked run may be admitted.</summary>
public sealed record Admit(Guid Organization, string Key) : Effect;

/// <summary>A line a `log` step wrote; appended with the commit.</summary>
public sealed record WriteLog(string Step, string Text) : Effect
{
    /// <summary>With its end, so that what is said behind it begins on another.</summary>
    public string Line => Text.EndsWith('\n') ? Text : Text + '\n';
}

/// <summary>A child run that starts in the same transaction as its parent's change.</summary>
public sealed record StartsChild(Lifecycle.StartRun Child) : Effect;

/// <summary>Something that must happen after the commit, and is a row until it has.</summary>
public sealed record Duty(DutyKind Kind) : Effect;

public enum DutyKind
{
    /// <summary>Stop the children, with what is left of this run's grace.</summary>
    Cascade,

    /// <summary>Tell the parent's awaiting step how its child ended.</summary>
    TellParent,

    /// <summary>Account for the items the run collected: count, digest, file.</summary>
    Export,

    /// <summary>Stop the runs that hold the key this run supersedes them under.</summary>
    Supersede,

    /// <summary>Start the runs that steps of kind <c>workflow</c> ask for.</summary>
    StartChildren,
}
