using System.Buffers.Text;

namespace Rein.Worker.Processes;

/// <summary>Bounds what a process may allocate, from outside and while it runs.</summary>
static unsafe class MemoryLimit
{
    const int Data = 2;

    /// <summary>False when it is gone, or belongs to somebody else. A limit that is lower already stays.</summary>
    public static bool Set(int pid, long more)
    {
        if (DataOf(pid) is not { } now) return false;
        ResourceLimit limit;
        if (Libc.PrLimit(pid, Data, null, &limit) != 0) return false;
        limit.Soft = limit.Hard = Math.Min(limit.Hard, (ulong)(now + more));
        return Libc.PrLimit(pid, Data, &limit, null) == 0;
    }

    /// <summary>In bytes, as the kernel counts it against the limit.</summary>
    static long? DataOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var text = buffer[..ProcFile.Read(pid, "status"u8, buffer)];
        var row = text.IndexOf("VmData:"u8);
        if (row < 0) return null;
        return Utf8Parser.TryParse(text[(row + "VmData:"u8.Length)..].TrimStart(" \t"u8), out long kilobytes, out _) ? kilobytes * 1024 : null;
    }
}
