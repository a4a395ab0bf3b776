using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Rein.Worker.Processes;

/// <summary>
/// Tells of the exit of any number of processes with one thread, through pidfds. Where one cannot be had (a kernel before 5.3, no
/// handle left) the same thread asks that process every few milliseconds.
/// </summary>
sealed unsafe class ExitWatch : IDisposable
{
    const int Readable = 1, Add = 1, Remove = 2, CloseOnExec = 0x80000, AskAgainMs = 10, Batch = 64;

    /// <summary>epoll_event is packed on x86-64 only.</summary>
    static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    static readonly int s_dataOffset = s_eventSize - 8;

    readonly ConcurrentDictionary<long, (int PidFd, Action Exited)> _watched = new();
    readonly ConcurrentDictionary<ContainedProcess, byte> _asked = new();
    readonly int _epoll = Libc.EpollCreate(CloseOnExec);
    readonly Pipe _wake = Pipe.Open();
    readonly Thread _thread;
    long _lastKey;
    volatile bool _ended;

    public ExitWatch()
    {
        Register(_wake.ReadEnd, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = "rein exits" };
        _thread.Start();
    }

    /// <summary>
    /// Tells <paramref name="process"/> once. Keys are never reused, unlike pids: late news cannot reach another process.
    /// </summary>
    public void Watch(ContainedProcess process)
    {
        var pidFd = Libc.PidFdOpen(process.Pid);
        if (pidFd < 0)
        {
            _asked[process] = 0;
            Wake();
            return;
        }

        var key = Interlocked.Increment(ref _lastKey);
        _watched[key] = (pidFd, process.HasExited);
        Register(pidFd, key);
    }

    /// <summary>Before the pid may be reused.</summary>
    public void Forget(ContainedProcess process) => _asked.TryRemove(process, out _);

    void Run()
    {
        var events = stackalloc byte[Batch * 16];
        while (!_ended)
        {
            var count = Libc.EpollWait(_epoll, events, Batch, _asked.IsEmpty ? -1 : AskAgainMs);
            for (var i = 0; i < count; i++)
            {
                var key = BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(events + (i * s_eventSize) + s_dataOffset, 8));
                if (key == 0) DrainWake();
                else Tell(key);
            }

            if (_asked.IsEmpty) continue;
            foreach (var (process, _) in _asked)
                if (ExitStatus.Peek(process.Pid) is not null && _asked.TryRemove(process, out _)) process.HasExited();
        }
    }

    void Tell(long key)
    {
        if (!_watched.TryRemove(key, out var watch)) return;
        _ = Libc.EpollControl(_epoll, Remove, watch.PidFd, null);
        _ = Libc.Close(watch.PidFd);
        watch.Exited();
    }

    void Register(int fd, long key)
    {
        var @event = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(@event, 4), Readable);
        BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(@event + s_dataOffset, 8), key);
        _ = Libc.EpollControl(_epoll, Add, fd, @event);
    }

    void Wake()
    {
        fixed (byte* one = "!"u8) _ = Libc.Write(_wake.WriteEnd, one, 1);
    }

    void DrainWake()
    {
        byte one;
        _ = Libc.Read(_wake.ReadEnd, &one, 1);
    }

    public void Dispose()
    {
        _ended = true;
        Wake();
        _thread.Join();
        _wake.Close();
        _ = Libc.Close(_epoll);
    }
}
