using System.Diagnostics;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>In which order a lane takes what waits. A stop never waits behind anything but the commit under way.</summary>
enum Urgency
{
    Stop,
    Report,
    Timer,
    Start,
}

/// <summary>Something that waits to be committed. Its caller may be gone by then: the commit happens all the same.</summary>
abstract class Work(Urgency urgency)
{
    public Urgency Urgency { get; } = urgency;

    /// <summary>How much of a batch it takes up.</summary>
    public virtual int Weight => 1;

    /// <summary>Tells the caller what was committed. Called once, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that it was not.</summary>
    public abstract void Fail(Exception why);
}

abstract class Work<T>(Urgency urgency) : Work(urgency)
{
    readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set by the batch; delivered after the commit, or never.</summary>
    public T? Answer { get; set; }

    public Task<T> Task => source.Task;

    public sealed override void Complete() => source.TrySetResult(Answer!);

    public sealed override void Fail(Exception why) => source.TrySetException(why);
}

/// <param name="organization">Null for the system's own commands.</param>
/// <param name="audit">Written with what the command changes; null for none, which is the rule.</param>
sealed class CommandWork(Guid? organization, ICommand command, AuditEntry? audit = null) : Work<Committed>(UrgencyOf(command))
{
    public Guid? Organization { get; } = organization;
    public ICommand Command { get; } = command;
    public AuditEntry? Audit { get; } = audit;

    /// <summary>
    /// When it arrived, by <see cref="Stopwatch"/>: how long a stop took to be durable is measured from here, and how long a report waited that
    /// says how long ago something was.
    /// </summary>
    public long Arrived { get; } = Stopwatch.GetTimestamp();

    static Urgency UrgencyOf(ICommand command) => command switch
    {
        RequestStop or EscalateStop or PauseRun or ExpireRun or EndCleanUp or LoseAttempt => Urgency.Stop,
        WakeStep or AdmitRun or ResumeRun => Urgency.Timer,
        StartChild => Urgency.Start,
        _ => Urgency.Report,
    };
}

sealed class StartWork(IReadOnlyList<StartOrder> orders) : Work<IReadOnlyList<Started>>(Urgency.Start)
{
    public IReadOnlyList<StartOrder> Orders { get; } = orders;
    public override int Weight => Orders.Count;
}

/// <summary>Items or log chunks of one attempt. They are no decision, but wait like one for the run they belong to.</summary>
sealed class AppendWork(Guid? organization, Append append) : Work<Appended>(Urgency.Report)
{
    public Guid? Organization { get; } = organization;
    public Append Append { get; } = append;
    public override int Weight => 1 + Append.Rows.Length / 8;
}

/// <summary>Room may have come free under a limit.</summary>
/// <param name="among">Some who wait, instead of the first of all.</param>
sealed class AdmitWork(LimitKey key, IReadOnlyList<Guid>? among = null) : Work<int>(Urgency.Timer)
{
    /// <summary>How many blocked runs one batch looks at.</summary>
    public const int AtOnce = 64;

    public LimitKey Key { get; } = key;

    public IReadOnlyList<Guid>? Among { get; } = among;

    public IReadOnlyList<Guid> Candidates { get; set; } = [];
}

/// <summary>Somebody has capacity and steps may be ready. Without an answer: whoever pokes does not wait.</summary>
/// <param name="everything">Kinds are looked for that nothing is known to wait for.</param>
sealed class ClaimWork(bool everything) : Work<int>(Urgency.Timer)
{
    public bool Everything { get; } = everything;
}
