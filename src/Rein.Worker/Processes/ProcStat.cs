using System.Buffers.Text;
using System.Text;

namespace Rein.Worker.Processes;

/// <summary>What <c>/proc/PID/stat</c> tells of one process at one instant. Pid and start time together never name two processes.</summary>
readonly record struct ProcStat(int Pid, char State, int Parent, int Group, int Session, int Threads, long Start)
{
    /// <summary>A zombie executes nothing, unless it is only the first thread of a process whose others live on.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x') || Threads > 1;

    public static bool TryRead(int pid, out ProcStat stat)
    {
        Span<byte> buffer = stackalloc byte[1024];
        return TryParse(pid, buffer[..ProcFile.Read(pid, "stat"u8, buffer)], out stat);
    }

    /// <summary>The name of the program stands in parentheses and may contain any of them: the fields begin after the last.</summary>
    static bool TryParse(int pid, ReadOnlySpan<byte> text, out ProcStat stat)
    {
        stat = default;
        var fields = text.LastIndexOf((byte)')');
        if (fields < 0 || text.Length < fields + 3) return false;
        text = text[(fields + 2)..];
        var state = (char)text[0];
        text = text[1..];
        Span<long> numbers = stackalloc long[19];
        for (var i = 0; i < numbers.Length; i++)
        {
            text = text.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(text, out numbers[i], out var length)) return false;
            text = text[length..];
        }

        stat = new(pid, state, (int)numbers[0], (int)numbers[1], (int)numbers[2], (int)numbers[16], numbers[18]);
        return true;
    }

    public static string CommandOf(int pid)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Encoding.UTF8.GetString(buffer[..ProcFile.Read(pid, "comm"u8, buffer)]).TrimEnd('\n');
    }
}
