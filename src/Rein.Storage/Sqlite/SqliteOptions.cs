namespace Rein.Storage.Sqlite;

public sealed record SqliteOptions
{
    /// <summary>Bytes of log kept per attempt; what goes beyond is cut, with a mark in its place.</summary>
    public long LogCap { get; init; } = 16 << 20;

    /// <summary>Bytes of write-ahead log above which it is copied into the database.</summary>
    public long CheckpointAt { get; init; } = 16 << 20;
}
