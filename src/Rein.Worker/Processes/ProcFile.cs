using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Rein.Worker.Processes;

/// <summary>Reads a file of <c>/proc/PID</c> into a buffer, without a string, a stream or an exception: a scan reads hundreds.</summary>
static unsafe class ProcFile
{
    const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>How many bytes were read; 0 when the process is gone or may not be read.</summary>
    /// <exception cref="BlindException">The machine has no file handle or memory left: nothing was seen, which is not the same.</exception>
    public static int Read(int pid, ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        Span<byte> path = stackalloc byte[48];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(pid, path[6..], out var digits);
        path[6 + digits] = (byte)'/';
        name.CopyTo(path[(7 + digits)..]);
        path[7 + digits + name.Length] = 0;

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
}

/// <summary>A look could not be taken; whoever takes "not seen" for a proof must look again.</summary>
sealed class BlindException() : IOException("No file handle or memory is left to look at the processes.");
