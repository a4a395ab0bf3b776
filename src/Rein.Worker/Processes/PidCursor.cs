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

    /// <summary>Found out once; not to see for a moment, out of handles, is no answer and is not kept.</summary>
    static readonly Lazy<bool> s_isTrue = new(static () => IsTrue(ReadLast, TidOfNewThread), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>
    /// The last field of <c>/proc/loadavg</c> is the last pid. Where it cannot be read, or is not this namespace's own, nobody is the same at any
    /// later moment.
    /// </summary>
    public static PidCursor Read() => new(Stopwatch.GetTimestamp(), s_isTrue.Value ? ReadLast() : 0);

    /// <summary>
    /// Containers are often shown a file in its place, which tells of the machine outside, or of some seconds ago. Threads are numbered like processes: one
    /// that was started between two readings lies between them, or the file is not to be believed. Three in a row, for once may be chance.
    /// </summary>
    internal static bool IsTrue(Func<int> readLast, Func<int> tidOfNewThread)
    {
        for (var i = 0; i < 3; i++)
        {
            var before = new PidCursor(0, readLast());
            var tid = tidOfNewThread();
            var after = new PidCursor(0, readLast());
            if (before.Last <= 0 || after.Last <= 0 || !after.IsHandedOutSince(before.Last, tid)) return false;
        }

        return true;
    }

    static int TidOfNewThread()
    {
        var tid = 0;
        var thread = new Thread(() => tid = Libc.GetTid(), maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        return tid;
    }

    static int ReadLast()
    {
        Span<byte> buffer = stackalloc byte[128];
        var text = buffer[..RawFile.Read("/proc/loadavg\0"u8, buffer)].TrimEnd((byte)'\n');
        var isKnown = Utf8Parser.TryParse(text[(text.LastIndexOf((byte)' ') + 1)..], out int last, out _);
        return isKnown ? last : 0;
    }

    /// <summary>Whether <paramref name="pid"/>, which lived a moment after <paramref name="before"/>, means the same process now.</summary>
    public bool IsSameProcess(int pid, PidCursor before) =>
        Last > 0 && before.Last > 0 && Stopwatch.GetElapsedTime(before.Time, Time) < s_round && !IsHandedOutSince(before.Last, pid);

    bool IsHandedOutSince(int last, int pid) => last <= Last ? pid > last && pid <= Last : pid > last || pid <= Last;
}
