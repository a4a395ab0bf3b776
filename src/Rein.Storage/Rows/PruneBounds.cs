using Rein.Core.Stores;

namespace Rein.Storage.Rows;

static class PruneBounds
{
    /// <summary>How long it is known of a run that it was pruned. Longer than an idempotency key is.</summary>
    public static TimeSpan Remembered { get; } = TimeSpan.FromDays(30);

    /// <summary>No run has ended as early as the epoch.</summary>
    public static DateTimeOffset EndedBefore(PruneRule rule, DateTimeOffset now) => rule.Age is { } age && now.Subtract(DateTimeOffset.UnixEpoch) > age ? now - age : DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Ids are in the order of creation, and a run is created before it ends: none behind this one needs to be looked at. They are made by the clocks of
    /// nodes, which may be some minutes ahead of the store's; runs of one that is further ahead are pruned so much later.
    /// </summary>
    public static Guid CreatedBefore(DateTimeOffset endedBefore)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        Guid.CreateVersion7(endedBefore.AddMinutes(5)).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6..].Clear();
        return new(bytes, bigEndian: true);
    }
}
