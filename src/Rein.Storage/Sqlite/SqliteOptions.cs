namespace Rein.Storage.Sqlite;

public sealed record SqliteOptions
{
    /// <summary>Bytes of log kept per attempt; what goes beyond is cut, with a mark in its place.</summary>
    public long LogCap { get; init; } = 16 << 20;

    /// <summary>
    /// Bytes of write-ahead log above which it is copied into the database. The more, the more writes of a page become a single copy, the rarer the
    /// moment in which nobody writes, and the longer a start after a crash.
    /// </summary>
    public long CheckpointAt { get; init; } = 64 << 20;
}
