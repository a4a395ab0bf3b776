using System.Buffers.Text;

namespace Rein.Worker.Processes;

/// <summary>Reads a file of <c>/proc/PID</c>.</summary>
static class ProcFile
{
    /// <inheritdoc cref="RawFile.Read"/>
    public static int Read(int pid, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        Span<byte> path = stackalloc byte[48];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path[6..], out var digits);
        path[6 + digits] = (byte)'/';
        name.CopyTo(path[(7 + digits)..]);
        path[7 + digits + name.Length] = 0;
        return RawFile.Read(path, buffer);
    }
}
