using System.Runtime.InteropServices;

namespace Rein.Worker.Processes;

/// <summary>
/// A pipe whose ends are close-on-exec from the first instant, so that a process spawned at the same moment by another thread
/// cannot inherit them, and lie above the numbers that a child's own streams are moved to.
/// </summary>
readonly unsafe struct Pipe
{
    const int CloseOnExec = 0x80000, DuplicateCloseOnExec = 1030, LowestFree = 10;

    public int ReadEnd { get; private init; }

    public int WriteEnd { get; private init; }

    public static Pipe Open()
    {
        var ends = stackalloc int[2];
        if (Libc.Pipe(ends, CloseOnExec) != 0) throw new OutOfHandlesException();
        var pipe = new Pipe { ReadEnd = OutOfTheWay(ends[0]), WriteEnd = OutOfTheWay(ends[1]) };
        if (pipe.ReadEnd >= 0 && pipe.WriteEnd >= 0) return pipe;
        pipe.Close();
        throw new OutOfHandlesException();
    }

    public static int OutOfTheWay(int fd)
    {
        if (fd is < 0 or >= LowestFree) return fd;
        var moved = Libc.FCntl(fd, DuplicateCloseOnExec, LowestFree);
        _ = Libc.Close(fd);
        return moved;
    }

    public void Close()
    {
        if (ReadEnd >= 0) _ = Libc.Close(ReadEnd);
        if (WriteEnd >= 0) _ = Libc.Close(WriteEnd);
    }
}

/// <summary>The process has no file handle left; a start answers it as <see cref="StartFault.OutOfResources"/>.</summary>
sealed class OutOfHandlesException() : IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
