using System.Buffers.Text;

namespace Rein.Worker.Processes;

/// <summary>Sets and reads the marker that lives in a resource limit (see <see cref="Marker"/>).</summary>
static unsafe class LimitMark
{
    const int RealTimeTimeout = 15;
    static readonly Lock s_spawning = new();

    /// <summary>
    /// Runs a spawn while this process carries the mark, so that the child has it before its first instruction. One at a time: the limit
    /// belongs to the whole process. A child that other code starts in the same instant may inherit it, but stays in our own session,
    /// and nothing in our session is ever attributed to an attempt.
    /// </summary>
    public static T While<T>(ulong mark, Func<T> spawn)
    {
        lock (s_spawning)
        {
            ResourceLimit before;
            if (Libc.PrLimit(0, RealTimeTimeout, null, &before) != 0 || before.Hard < mark) return spawn();
            var marked = before with { Soft = mark };
            _ = Libc.PrLimit(0, RealTimeTimeout, &marked, null);
            try
            {
                return spawn();
            }
            finally
            {
                _ = Libc.PrLimit(0, RealTimeTimeout, &before, null);
            }
        }
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
