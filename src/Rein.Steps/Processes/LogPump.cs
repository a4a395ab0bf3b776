using Rein.Worker.Reporting;

namespace Rein.Steps.Processes;

/// <summary>Carries a stream into the log, in chunks of 64 KB or of what came within 200 ms.</summary>
static class LogPump
{
    static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    /// <summary>Ends with the stream, or when the attempt is fenced; either way the stream is read to its end, so that its writer is not blocked.</summary>
    public static async Task Run(Stream stream, LogWriter log, TimeProvider time)
    {
        var chunk = new byte[LogWriter.MaxChunk];
        var filled = 0;
        var reading = stream.ReadAsync(chunk.AsMemory()).AsTask();
        while (true)
        {
            if (filled > 0 && await Task.WhenAny(reading, Task.Delay(Linger, time)) != reading)
            {
                // Its own copy: the read under way writes behind it in the same buffer.
                await Write(log, chunk.AsMemory(0, filled).ToArray());
                var read = await reading;
                if (read == 0)
                    return;
                Buffer.BlockCopy(chunk, filled, chunk, 0, read);
                filled = read;
            }
            else
            {
                var read = await reading;
                if (read == 0)
                    break;
                filled += read;
            }
            if (filled == chunk.Length)
            {
                await Write(log, chunk);
                (chunk, filled) = (new byte[LogWriter.MaxChunk], 0);
            }
            reading = stream.ReadAsync(chunk.AsMemory(filled)).AsTask();
        }
        if (filled > 0)
            await Write(log, chunk.AsMemory(0, filled).ToArray());
    }

    static async Task Write(LogWriter log, ReadOnlyMemory<byte> chunk)
    {
        try
        {
            await log.WriteChunk(chunk);
        }
        catch (OperationCanceledException)
        {
            // Fenced: nothing it says counts any more, but it must not block on a full pipe.
        }
    }
}
