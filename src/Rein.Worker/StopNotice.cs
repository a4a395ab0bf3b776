namespace Rein.Worker;

/// <summary>Why an attempt is to end.</summary>
/// <param name="Origin">manual, parent, superseded, deadline, queue_ttl, budget, panic, policy; or the worker's own: <c>timeout</c> (the step's time was up),
/// <c>shutdown</c> (the worker ends) and <c>silence</c> (no answer of the server for too long).</param>
/// <param name="Reason">What somebody wrote; may be empty.</param>
public sealed record StopNotice(string Origin, string Reason)
{
    internal Func<TimeSpan>? Left { get; init; }

    /// <summary>How long until whatever is left of the attempt is killed, by the worker's monotonic clock. It only gets shorter; 0 when the time is up.</summary>
    public TimeSpan TimeLeft => Left?.Invoke() ?? TimeSpan.Zero;

    /// <summary>The same wish; how much of its time is left makes no difference.</summary>
    public bool Equals(StopNotice? other) => other is not null && (Origin, Reason) == (other.Origin, other.Reason);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Origin, Reason);
}
