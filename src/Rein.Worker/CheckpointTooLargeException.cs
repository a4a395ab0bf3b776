using Rein.Protocol.Workers;

namespace Rein.Worker;

/// <summary>A checkpoint that is larger than one may be; the one before it stands. What is large belongs elsewhere, and its address into the checkpoint.</summary>
/// <param name="bytes">How many it has as JSON.</param>
public sealed class CheckpointTooLargeException(int bytes)
    : Exception($"A checkpoint has at most {CheckpointReport.MaxBytes} bytes as JSON; this one has {bytes}.")
{
    /// <summary>How many bytes it has as JSON.</summary>
    public int Bytes { get; } = bytes;
}
