namespace Rein.Storage.Postgres;

public sealed record PostgresOptions
{
    /// <summary>Bytes of log kept per attempt; what goes beyond is cut, with a mark in its place.</summary>
    public long LogCap { get; init; } = 16 << 20;
}
