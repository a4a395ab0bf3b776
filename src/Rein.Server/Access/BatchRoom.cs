namespace Rein.Server.Access;

/// <summary>How much of what its workers send a node holds for one key at once, in bytes. No budget of requests is taken for that, so that nobody who reports is held up who sends little.</summary>
sealed class BatchRoom
{
    public const long Most = 128 << 20;

    readonly Lock gate = new();
    readonly Dictionary<Guid, long> taken = [];

    /// <param name="bytes">What the body has; at most what is taken of one.</param>
    /// <returns>Null: there is no room for it now. Disposed when it is answered.</returns>
    public IDisposable? TryTake(Caller caller, long bytes)
    {
        lock (gate)
        {
            var before = taken.GetValueOrDefault(caller.Key);
            if (before + bytes > Most)
                return null;
            taken[caller.Key] = before + bytes;
            return new Share(this, caller.Key, bytes);
        }
    }

    void GiveBack(Guid key, long bytes)
    {
        lock (gate)
            if (taken[key] == bytes)
                taken.Remove(key);
            else
                taken[key] -= bytes;
    }

    sealed class Share(BatchRoom room, Guid key, long bytes) : IDisposable
    {
        bool isGivenBack;

        public void Dispose()
        {
            if (!isGivenBack)
                room.GiveBack(key, bytes);
            isGivenBack = true;
        }
    }
}
