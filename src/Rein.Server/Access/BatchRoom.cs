namespace Rein.Server.Access;

/// <summary>How much of what its workers send a node holds for one key at once, in bytes. No budget of requests is taken for that, so that nobody who reports is held up who sends little.</summary>
sealed class BatchRoom
{
    public const long Most = 128 << 20;

    readonly Lock gate = new();
    readonly Dictionary<Guid, long> taken = [];

    /// <param name="bytes">What the body says that it has; at most what is taken of one. Zero where it says nothing: then its share grows with it.</param>
    /// <returns>Null: there is no room for it now. Disposed when it is answered.</returns>
    public Share? TryTake(Caller caller, long bytes)
    {
        var share = new Share(this, caller.Key);
        return share.Reaches(bytes) ? share : null;
    }

    /// <summary>What one body takes of it.</summary>
    public sealed class Share(BatchRoom room, Guid key) : IDisposable
    {
        long bytes;

        /// <returns>False: there is no room for so much of it.</returns>
        public bool Reaches(long length)
        {
            lock (room.gate)
            {
                var all = room.taken.GetValueOrDefault(key) - bytes + Math.Max(bytes, length);
                if (all > Most)
                    return false;
                (bytes, room.taken[key]) = (Math.Max(bytes, length), all);
                return true;
            }
        }

        public void Dispose()
        {
            lock (room.gate)
            {
                var left = room.taken.GetValueOrDefault(key) - bytes;
                bytes = 0;
                if (left > 0)
                    room.taken[key] = left;
                else
                    room.taken.Remove(key);
            }
        }
    }
}
