using System.Text.Json;
using Rein.Protocol.Workers;
using Rein.Worker.Reporting;

namespace Rein.Worker;

public sealed partial class RunContext
{
    readonly Latest<(double? Fraction, string? Note)> progress;
    readonly Latest<ReadOnlyMemory<byte>> checkpoints;
    int checkpointing;

    /// <summary>
    /// Says how far the attempt is, for people: in the view of its step, and in the live feed of its run. Returns at once and may be called often: only the latest is
    /// sent. After the fence it says nothing.
    /// </summary>
    /// <param name="fraction">From 0 to 1, what is beyond is taken as the nearer of them; null or not a number where nobody knows.</param>
    /// <param name="note">A few words, e.g. <c>page 12</c>; at most <see cref="ProgressReport.MaxNote"/> characters, what is longer is cut.</param>
    public void Progress(double? fraction, string? note = null)
    {
        double? known = fraction is { } said && double.IsFinite(said) ? Math.Clamp(said, 0, 1) : null;
        note = note is not null && mask is not null ? mask.Text(note) : note;
        progress.Set((known, note is { Length: > ProgressReport.MaxNote } ? note[..ProgressReport.MaxNote] : note));
    }

    /// <summary>
    /// Keeps from where the next try at this step goes on, should there be one: after a failure, a hand-back, or the loss of this worker, here or elsewhere. It takes
    /// the place of the one before. Completes when it is durable. The items that were added before it are durable before it is: a try that goes on from here loses
    /// none; those behind it may be added again. One at a time: the next is made when the one before has completed.
    /// </summary>
    /// <param name="value">As JSON, with names in camelCase, at most 64 KB.</param>
    /// <exception cref="CheckpointTooLargeException">It is larger. The one before it stands.</exception>
    /// <exception cref="OperationCanceledException">The attempt is fenced: nothing it does counts any more.</exception>
    public Task Checkpoint<T>(T value) => CheckpointJson(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    async Task CheckpointJson(ReadOnlyMemory<byte> json)
    {
        json = mask?.Json(json) ?? json;
        if (json.Length > CheckpointReport.MaxBytes)
            throw new CheckpointTooLargeException(json.Length);
        Interlocked.Increment(ref checkpointing);
        try
        {
            await Items.Flushed();
            if (checkpoints.Set(json) is not { } number)
                throw new OperationCanceledException("The attempt is fenced: nothing it does counts any more.");
            await checkpoints.UntilDurable(number);
            LastCheckpointJson = json;
        }
        finally
        {
            Interlocked.Decrement(ref checkpointing);
        }
    }

    /// <summary>The latest checkpoint of this attempt or, where it has made none, of the tries before it: JSON, UTF-8; null where there is none.</summary>
    public ReadOnlyMemory<byte>? LastCheckpointJson
    {
        get => field ?? frame.Checkpoint;
        private set;
    }

    /// <summary>The same as a value; the type's default where there is none. Values of secrets come back as <c>***</c>.</summary>
    /// <exception cref="JsonException">It does not fit the type: an earlier version of the code may have made it.</exception>
    public T? LastCheckpoint<T>() => LastCheckpointJson is { } json ? JsonSerializer.Deserialize<T>(json.Span, JsonSerializerOptions.Web) : default;
}
