using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>A channel beside the standard streams, a grace of its own, and a limit of memory.</summary>
public abstract class ChannelTrials(Containment containment) : ProcessTrials(containment)
{
    static ProcessSpec Spec(string script) => new("attempt", [Python, "-ESsc", script]) { HasChannel = true };

    [Fact]
    public async Task What_is_written_to_it_is_read_there_and_back_and_nothing_else_is_inherited()
    {
        var process = Start(Spec("import os\nwhile data := os.read(4, 65536): os.write(5, data)\nos.write(5, repr(sorted(map(int, os.listdir('/proc/self/fd')))).encode())"));
        var large = Enumerable.Range(0, 1 << 20).Select(i => (byte)i).ToArray();
        var writing = process.ChannelIn!.WriteAsync(large, Patience).AsTask();
        var back = new byte[large.Length];
        await process.ChannelOut!.ReadExactlyAsync(back, Patience);
        await writing;
        Assert.True(large.AsSpan().SequenceEqual(back));
        await process.ChannelIn.DisposeAsync();
        var open = (await ReadAllAsync(process.ChannelOut)).Trim('[', ']').Split(", ");
        // One of 3 and 6 is the listing itself: 3 is open where no gate has closed it.
        Assert.Equal(["0", "1", "2", "4", "5"], open.Except(["3", "6"]));
    }

    [Fact]
    public async Task A_process_without_one_has_no_descriptor_of_it()
    {
        var process = Start(new ProcessSpec("attempt", [Python, "-ESsc", "import os; print(*[fd for fd in (4, 5) if os.path.exists(f'/proc/self/fd/{fd}') and 'pipe' in os.readlink(f'/proc/self/fd/{fd}')])"]));
        Assert.Equal("", await ReadLineAsync(process.Output));
        Assert.Null(process.ChannelIn);
        Assert.Null(process.ChannelOut);
    }

    [Fact]
    public async Task A_write_that_nobody_reads_ends_with_the_process()
    {
        var process = Start(Spec("import os, time; os.write(5, b'!'); time.sleep(600)"));
        await process.ChannelOut!.ReadExactlyAsync(new byte[1], Patience);
        var writing = process.ChannelIn!.WriteAsync(new byte[1 << 20], Patience).AsTask();
        Assert.False(writing.IsCompleted);
        await ForceAsync(process);
        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(Patience));
    }

    [Fact]
    public async Task Who_ignores_sigterm_beyond_a_grace_of_its_own_is_killed_though_the_stop_has_longer()
    {
        const string script = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(5, b'!'); time.sleep(600)";
        var process = Start(Spec(script) with { OwnGrace = TimeSpan.FromMilliseconds(20) });
        await process.ChannelOut!.ReadExactlyAsync(new byte[1], Patience);
        var result = await StopAsync(process, killIn: TimeSpan.FromHours(1));
        Assert.Equal((Rung.Killed, 128 + 9), (result.Rung, result.ExitCode));
    }

    [Fact]
    public async Task Who_is_dismissed_with_its_work_done_ends_as_if_it_had_left_by_itself()
    {
        var process = Start(Spec("import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.write(5, b'!'); time.sleep(600)"));
        await process.ChannelOut!.ReadExactlyAsync(new byte[1], Patience);
        process.Dismiss();
        var ending = await process.Gone.WaitAsync(Patience);
        Assert.Equal((null, 0), (ending.Rung, ending.ExitCode));
        Assert.Empty(ending.Residuals);
        Assert.False(IsAlive(process.Pid));
    }

    [Fact]
    public async Task Who_leaves_within_it_was_not_killed()
    {
        const string script = "import os, time; os.write(5, b'!'); time.sleep(600)";
        var process = Start(Spec(script) with { OwnGrace = TimeSpan.FromHours(1) });
        await process.ChannelOut!.ReadExactlyAsync(new byte[1], Patience);
        Assert.Equal(Rung.Terminated, (await StopAsync(process, killIn: TimeSpan.FromHours(1))).Rung);
    }

    [Fact]
    public async Task Memory_beyond_the_limit_is_refused_to_it_and_to_its_children()
    {
        var process = Start(Spec("""
            import os
            os.write(5, b'!')
            os.read(4, 1)
            def fits(megabytes):
                try: return len(bytes(megabytes << 20)) > 0
                except MemoryError: return False
            os.write(5, f'{fits(16)} {fits(200)} '.encode())
            if os.fork() == 0:
                os.write(5, f'{fits(16)} {fits(200)}'.encode())
            else:
                os.wait()
            """));
        await process.ChannelOut!.ReadExactlyAsync(new byte[1], Patience);
        Assert.True(await process.LimitMemoryAsync(64 << 20));
        await process.ChannelIn!.WriteAsync(Encoding.ASCII.GetBytes("!"), Patience);
        Assert.Equal("True False True False", await ReadAllAsync(process.ChannelOut));
        await process.Cleared.WaitAsync(Patience);
        Assert.False(await process.LimitMemoryAsync(64 << 20));
    }
}

public sealed class ChannelsInATree() : ChannelTrials(Containment.Tree);

public sealed class ChannelsInACgroup() : ChannelTrials(Containment.Cgroup);
