using System.Text.Json;
using Rein.Protocol.Workers;
using Rein.Worker.Attempts;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker;

/// <summary>What a handler knows of its attempt, and what it may do with it. Safe to use from several threads.</summary>
public sealed partial class RunContext
{
    readonly RunningAttempt attempt;
    readonly AssignFrame frame;
    readonly SecretMask? mask;

    internal RunContext(RunningAttempt attempt, AssignFrame frame, SecretMask? mask, Outbox outbox, CancellationToken stop)
    {
        (this.attempt, this.frame, this.mask) = (attempt, frame, mask);
        Items = new(new Rows(frame.Attempt, isItems: true, outbox), mask);
        Log = new(new Rows(frame.Attempt, isItems: false, outbox), mask);
        Usage = new(frame.Attempt, outbox, stop);
        progress = new(outbox, (number, said) => new ProgressReport(frame.Attempt, number, said.Fraction, said.Note));
        checkpoints = new(outbox, (number, json) => new CheckpointReport(frame.Attempt, number, json));
    }

    /// <summary>Which attempt this is.</summary>
    public AttemptRef Attempt => frame.Attempt;

    /// <summary>Counts from 1.</summary>
    public int Try => frame.Try;

    /// <summary>The kind of the step.</summary>
    public string Kind => frame.Kind;

    /// <summary>The step's payload: JSON, UTF-8, every expression replaced.</summary>
    public ReadOnlyMemory<byte> Payload => frame.Payload;

    /// <summary>The payload as a value: names in camelCase, numbers also from strings; what the type does not know is passed over.</summary>
    /// <exception cref="JsonException">It does not fit the type.</exception>
    public T? Input<T>() => JsonSerializer.Deserialize<T>(Payload.Span, JsonSerializerOptions.Web);

    /// <summary>
    /// The same over all tries at this step of this run, and never again anywhere else: 32 hexadecimal digits. Given to an outside service with a request that must not
    /// be done twice, it lets a later try find out that an earlier one got through. A step that sends several such requests adds a word of its own for each.
    /// A run that was made by a retry is another run and has others.
    /// </summary>
    public string IdempotencyToken => field ??= Attempts.IdempotencyToken.Of(Attempt);

    /// <summary>
    /// How long until the step's own time or the run's deadline is up, whichever comes first; null where it has neither. Counted on the worker's monotonic clock from
    /// the moment that the attempt began here; 0 when it is up. When it is, the attempt is stopped.
    /// </summary>
    public TimeSpan? TimeLeft => attempt.TimeLeft;

    /// <summary>
    /// Who wants the attempt to end, and why; null while nobody does. Within <see cref="Protect(Func{Task})"/> it says so before the token fires.
    /// </summary>
    public StopNotice? Stop => attempt.Notice;

    /// <summary>Where results go, one by one. Values of secrets in the payload are masked here, in the log, in progress and checkpoints, in the result and in the error.</summary>
    public ItemWriter Items { get; }

    /// <summary>Where words for people go.</summary>
    public LogWriter Log { get; }

    /// <summary>Where it says what it uses beside its time, in credits.</summary>
    public UsageMeter Usage { get; }

    internal bool IsHeldBack => Items.IsHeldBack || Log.IsHeldBack || Usage.IsHeldBack || Volatile.Read(ref checkpointing) > 0;

    /// <summary>The server can never take a row of it.</summary>
    internal bool IsRefused => Items.IsRefused || Log.IsRefused;

    internal Task Flushed()
    {
        Log.Finish();
        return Task.WhenAll(Items.Flushed(), Log.Flushed(), Usage.Flushed(), progress.Flushed(), checkpoints.Flushed());
    }
}
