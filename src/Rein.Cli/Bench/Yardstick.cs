namespace Rein.Cli.Bench;

/// <summary>
/// What the machine itself takes, now: the same program gives half of its figures from one hour to the next where others share the hardware. Two figures
/// are to be compared where these are alike.
/// </summary>
sealed class Yardstick(string folder)
{
    const int Times = 500;

    public Measured Run() => new("the machine itself", null, null)
    {
        Stages = [Writes(), WakeUps(), Arithmetic()],
    };

    /// <summary>As many bytes as a small commit writes, over ones that were written before, and on the disk.</summary>
    Histogram Writes()
    {
        const int bytes = 36_864, places = 50;
        var writes = new Histogram("36 KB on disk");
        var file = Path.Combine(folder, Path.GetRandomFileName());
        using var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var block = new byte[bytes];
        for (var i = 0; i < Times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            RandomAccess.Write(handle, block, (long)(i % places) * bytes);
            RandomAccess.FlushToDisk(handle);
            if (i >= places)
                writes.Record(TimeProvider.System.GetElapsedTime(began));
        }
        return writes;
    }

    /// <summary>One thread wakes another, and is woken by it: half of that is what each hand-over costs.</summary>
    static Histogram WakeUps()
    {
        var wakeUps = new Histogram("a thread wakes another");
        using var there = new AutoResetEvent(false);
        using var back = new AutoResetEvent(false);
        var other = new Thread(() =>
        {
            for (var i = 0; i < Times; i++)
            {
                there.WaitOne();
                back.Set();
            }
        });
        other.Start();
        for (var i = 0; i < Times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            there.Set();
            back.WaitOne();
            wakeUps.Record(TimeProvider.System.GetElapsedTime(began) / 2);
        }
        other.Join();
        return wakeUps;
    }

    static Histogram Arithmetic()
    {
        var rounds = new Histogram("a million steps of arithmetic");
        for (var i = 0; i < Times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            var state = (uint)i;
            for (var step = 0; step < 1_000_000; step++)
                state = (state * 1_664_525) + 1_013_904_223;
            rounds.Record(TimeProvider.System.GetElapsedTime(began));
            GC.KeepAlive(state);
        }
        return rounds;
    }
}
