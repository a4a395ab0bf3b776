using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>
/// Whether the store takes writes, as they have found. Reading says nothing of that: a full disk can be read. And one that is nearly full takes a
/// heartbeat and refuses a start; so one refusal outweighs for a while what is taken.
/// </summary>
sealed class StoreWatch(TimeProvider time)
{
    static readonly TimeSpan Outweighs = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    StoreException? refused;
    long at;

    /// <summary>Why it refuses.</summary>
    public StoreTrouble Trouble => Volatile.Read(ref refused)?.Trouble ?? StoreTrouble.None;

    /// <returns>It took whatever came before: this is worth a line in the log.</returns>
    public bool Refused(StoreException broken)
    {
        lock (gate)
        {
            var isNew = refused is null;
            (refused, at) = (broken, time.GetTimestamp());
            return isNew;
        }
    }

    /// <returns>It has refused before, and not lately.</returns>
    public bool Took()
    {
        if (Volatile.Read(ref refused) is null)
            return false;
        lock (gate)
        {
            if (refused is null || time.GetElapsedTime(at) < Outweighs)
                return false;
            refused = null;
            return true;
        }
    }
}
