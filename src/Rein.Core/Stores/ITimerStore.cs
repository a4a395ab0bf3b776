namespace Rein.Core.Stores;

/// <summary>What has to be looked at by itself: deadlines, ends of grace and clean-up, delays, retry times.</summary>
public interface ITimerStore
{
    /// <summary>What is due at the store's clock, earliest first, and when the next one after those falls due.</summary>
    Task<DueTimers> Due(int count, CancellationToken cancel);
}

/// <param name="Now">The store's clock.</param>
public sealed record DueTimers(DateTimeOffset Now, IReadOnlyList<DueTimer> Due, DateTimeOffset? Next);

/// <param name="Step">Null: the run itself is due.</param>
public sealed record DueTimer(Guid Run, string? Step, DateTimeOffset At);
