namespace Rein.Storage.Postgres;

public sealed record PostgresOptions
{
    /// <summary>Bytes of log kept per attempt; what goes beyond is cut, with a mark in its place.</summary>
    public long LogCap { get; init; } = 16 << 20;

    /// <summary>A unit that is silent for longer loses its locks: its node is frozen or cut off, and a stop must not wait for it.</summary>
    public TimeSpan UnitSilence { get; init; } = TimeSpan.FromSeconds(10);
}
