using System.Buffers.Text;

namespace Rein.Worker.Processes;

/// <summary>Sets and reads the marker that lives in a resource limit (see <see cref="Marker"/>).</summary>
static unsafe class LimitMark
{
    const int RealTimeTimeout = 15;
    /// <summary>
    /// Marks one process, and so whatever it starts from now on. Fails only where a hard limit is lower than any mark; then the
    /// environment and the remembered tree have to do.
    /// </summary>
    public static void Set(int pid, ulong mark)
    {
        ResourceLimit limit;
        if (Libc.PrLimit(pid, RealTimeTimeout, null, &limit) != 0 || limit.Hard < mark) return;
        limit.Soft = mark;
        _ = Libc.PrLimit(pid, RealTimeTimeout, &limit, null);
    }

    public static ulong Of(int pid, Span<byte> buffer)
    {
        ResourceLimit limit;
        return Libc.PrLimit(pid, RealTimeTimeout, null, &limit) == 0 ? limit.Soft : OfForeignUser(pid, buffer);
    }

    /// <summary>A process of another user answers no prlimit; its limits can be read all the same.</summary>
    static ulong OfForeignUser(int pid, Span<byte> buffer)
    {
        var text = buffer[..ProcFile.Read(pid, "limits"u8, buffer)];
        var row = text.IndexOf("Max realtime timeout"u8);
        if (row < 0) return 0;
        var value = text[(row + "Max realtime timeout"u8.Length)..].TrimStart((byte)' ');
        return Utf8Parser.TryParse(value, out ulong soft, out _) ? soft : 0;
    }
}
