using Rein.Protocol.Workers;
using Rein.Worker.Attempts;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker;

/// <summary>What a handler knows of its attempt, and what it may do with it.</summary>
public sealed class RunContext
{
    readonly RunningAttempt attempt;

    internal RunContext(RunningAttempt attempt, AssignFrame frame, SecretMask? mask, Outbox outbox, CancellationToken stop)
    {
        this.attempt = attempt;
        Attempt = frame.Attempt;
        Try = frame.Try;
        Kind = frame.Kind;
        Payload = frame.Payload;
        Items = new(new Rows(frame.Attempt, isItems: true, outbox), mask);
        Log = new(new Rows(frame.Attempt, isItems: false, outbox), mask);
        Usage = new(frame.Attempt, outbox, stop);
    }

    /// <summary>Which attempt this is.</summary>
    public AttemptRef Attempt { get; }

    /// <summary>Counts from 1.</summary>
    public int Try { get; }

    /// <summary>The kind of the step.</summary>
    public string Kind { get; }

    /// <summary>The step's payload: JSON, UTF-8, every expression replaced.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Who wants the attempt to end, and why; null while nobody does.</summary>
    public StopNotice? Stop => attempt.Notice;

    /// <summary>Where results go, one by one. Values of secrets in the payload are masked here, in the log, in the result and in the error.</summary>
    public ItemWriter Items { get; }

    /// <summary>Where words for people go.</summary>
    public LogWriter Log { get; }

    /// <summary>Where it says what it uses beside its time, in credits.</summary>
    public UsageMeter Usage { get; }

    /// <summary>Takes something into the care of the attempt's ladder: it is asked and killed with it, and nothing of it outlives the attempt.</summary>
    /// <returns>False: the attempt is over already, and the thing was killed.</returns>
    public bool Hold(IStoppable thing) => attempt.Hold(thing);

    internal bool IsHeldBack => Items.IsHeldBack || Log.IsHeldBack || Usage.IsHeldBack;

    internal Task Flushed()
    {
        Log.Finish();
        return Task.WhenAll(Items.Flushed(), Log.Flushed(), Usage.Flushed());
    }
}

/// <summary>Why an attempt is to end.</summary>
/// <param name="Origin">manual, parent, superseded, deadline, queue_ttl, budget, panic, policy; or <c>timeout</c> and <c>shutdown</c>, the worker's own.</param>
/// <param name="Reason">What somebody wrote; may be empty.</param>
public sealed record StopNotice(string Origin, string Reason);
