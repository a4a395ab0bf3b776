using System.Runtime.InteropServices;

namespace Rein.Worker.Processes;

/// <summary>
/// Reads and writes the small files of the kernel without a string, a stream or an exception for what is not there: a look reads hundreds.
/// Paths end with a zero byte.
/// </summary>
static unsafe class RawFile
{
    const int ReadOnlyCloseOnExec = 0x80000, WriteOnlyCloseOnExec = 0x80001;

    /// <summary>How many bytes were read; 0 when the file is gone or may not be read.</summary>
    /// <exception cref="BlindException">The machine has no file handle or memory left: nothing was seen, which is not the same.</exception>
    public static int Read(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        int fd;
        fixed (byte* p = path) fd = Libc.Open(p, ReadOnlyCloseOnExec);
        if (fd < 0) return Marshal.GetLastPInvokeError() is Libc.EMFile or Libc.ENFile or Libc.ENoMem ? throw new BlindException() : 0;
        var total = 0;
        fixed (byte* bytes = buffer)
        {
            nint read;
            while (total < buffer.Length && (read = Libc.Read(fd, bytes + total, buffer.Length - total)) > 0) total += (int)read;
        }

        _ = Libc.Close(fd);
        return total;
    }

    public static bool TryWrite(ReadOnlySpan<byte> path, ReadOnlySpan<byte> text)
    {
        int fd;
        fixed (byte* p = path) fd = Libc.Open(p, WriteOnlyCloseOnExec);
        if (fd < 0) return false;
        nint written;
        fixed (byte* bytes = text) written = Libc.Write(fd, bytes, text.Length);
        _ = Libc.Close(fd);
        return written == text.Length;
    }
}

/// <summary>A look could not be taken; whoever takes "not seen" for a proof must look again.</summary>
sealed class BlindException() : IOException("No file handle or memory is left to look at the processes.");
