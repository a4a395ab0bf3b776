using System.Buffers.Text;
using System.Diagnostics;

namespace Rein.Worker.Processes;

/// <summary>
/// How far the kernel had come, at one moment, in handing out pids. It goes upwards and begins again at the end: who was seen at one moment is
/// still the same process at a later one, unless his pid lies between the two, or so much time has passed that it may have gone all the way round.
/// </summary>
readonly record struct PidCursor(long Time, int Last)
{
    /// <summary>Not even the smallest range, 32,768 pids, is gone through in that time: no machine forks so fast.</summary>
    static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(100);

    /// <summary>The last field of <c>/proc/loadavg</c> is the last pid. Where it cannot be read nobody is the same at any later moment.</summary>
    public static PidCursor Read()
    {
        Span<byte> buffer = stackalloc byte[128];
        var text = buffer[..RawFile.Read("/proc/loadavg\0"u8, buffer)].TrimEnd((byte)'\n');
        var isKnown = Utf8Parser.TryParse(text[(text.LastIndexOf((byte)' ') + 1)..], out int last, out _);
        return new(Stopwatch.GetTimestamp(), isKnown ? last : 0);
    }

    /// <summary>Whether <paramref name="pid"/>, which lived a moment after <paramref name="before"/>, means the same process now.</summary>
    public bool IsSameProcess(int pid, PidCursor before) =>
        Last > 0 && before.Last > 0 && Stopwatch.GetElapsedTime(before.Time, Time) < s_round && !IsHandedOutSince(before.Last, pid);

    bool IsHandedOutSince(int last, int pid) => last <= Last ? pid > last && pid <= Last : pid > last || pid <= Last;
}
