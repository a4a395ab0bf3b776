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

    readonly ConcurrentDictionary<int, (int PidFd, Action Exited)> _watched = new();
    readonly ConcurrentDictionary<int, Action> _asked = new();
    readonly int _epoll = Libc.EpollCreate(CloseOnExec);
    readonly Pipe _wake = Pipe.Open();
    readonly Thread _thread;
    volatile bool _ended;

    public ExitWatch()
    {
        Register(_wake.ReadEnd, 0);
        _thread = new Thread(Run) { IsBackground = true, Name = "rein exits" };
        _thread.Start();
    }

    /// <summary>Calls <paramref name="exited"/> once, on the watching thread, so it must return at once.</summary>
    public void Watch(int pid, Action exited)
    {
        var pidFd = Libc.PidFdOpen(pid);
        if (pidFd < 0)
        {
            _asked[pid] = exited;
            Wake();
            return;
        }

        _watched[pid] = (pidFd, exited);
        Register(pidFd, pid);
    }

    void Run()
    {
        var events = stackalloc byte[Batch * 16];
        while (!_ended)
        {
            var count = Libc.EpollWait(_epoll, events, Batch, _asked.IsEmpty ? -1 : AskAgainMs);
            for (var i = 0; i < count; i++)
            {
                var pid = (int)BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(events + (i * s_eventSize) + s_dataOffset, 8));
                if (pid == 0) DrainWake();
                else Tell(pid);
            }

            if (_asked.IsEmpty) continue;
            foreach (var (pid, exited) in _asked)
                if (ExitStatus.Peek(pid) is not null && _asked.TryRemove(pid, out _)) exited();
        }
    }

    void Tell(int pid)
    {
        if (!_watched.TryRemove(pid, out var watch)) return;
        _ = Libc.EpollControl(_epoll, Remove, watch.PidFd, null);
        _ = Libc.Close(watch.PidFd);
        watch.Exited();
    }

    void Register(int fd, int pid)
    {
        var @event = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(new Span<byte>(@event, 4), Readable);
        BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(@event + s_dataOffset, 8), pid);
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
