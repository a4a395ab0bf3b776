using System.Runtime.InteropServices;

namespace Rein.Worker.Processes;

/// <summary>The calls of the C library that have no counterpart in .NET. Names are libc's own, in our case.</summary>
static unsafe partial class Libc
{
    public const int SigKill = 9, SigTerm = 15, SigCont = 18, SigStop = 19;
    public const int EPerm = 1, ENoEnt = 2, ESrch = 3, E2Big = 7, ENoExec = 8, EAgain = 11, ENoMem = 12, EAcces = 13, ENotDir = 20,
        EMFile = 24, ENFile = 23, EInval = 22;

    [LibraryImport("libc", EntryPoint = "getsid")]
    public static partial int GetSid(int pid);

    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int GetTid();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int idType, int id, SignalInfo* info, int options);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int PrCtl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    public static partial int PrLimit(int pid, int resource, ResourceLimit* set, ResourceLimit* old);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int fd, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FCntl(int fd, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int MemFd(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int fd, byte* @event);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int capacity, int timeoutMs);

    /// <summary>pidfd_open and pidfd_send_signal have the same numbers on every architecture, and no wrapper in older libraries.</summary>
    public static int PidFdOpen(int pid) => (int)SystemCall(434, pid, 0, 0, 0);

    public static int PidFdSignal(int pidFd, int signal) => (int)SystemCall(424, pidFd, signal, 0, 0);
}

[StructLayout(LayoutKind.Sequential)]
struct ResourceLimit
{
    public ulong Soft, Hard;
}

/// <summary>siginfo_t as waitid fills it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
struct SignalInfo
{
    [FieldOffset(8)] public int Code;
    [FieldOffset(16)] public int Pid;
    [FieldOffset(24)] public int Status;
}
