using System.Runtime.InteropServices;

namespace Rein.Worker.Processes;

/// <summary>
/// Asks for the exit of one child of ours by its pid, never for "any": children of System.Diagnostics.Process are not ours to reap.
/// </summary>
static unsafe class ExitStatus
{
    const int ByPid = 1, NoHang = 1, Exited = 4, LeaveZombie = 0x01000000;
    const int Ordinary = 1, Interrupted = 4;

    /// <summary>
    /// The exit code, signal n as 128 + n; null while it runs. The zombie stays: as long as it does, no other process can get its pid, its
    /// process group or its session, and signals to them reach nobody else.
    /// </summary>
    public static int? Peek(int pid) => Read(pid, Exited | NoHang | LeaveZombie);

    /// <summary>Lets the zombie go.</summary>
    public static void Reap(int pid) => Read(pid, Exited | NoHang);

    static int? Read(int pid, int options)
    {
        var info = default(SignalInfo);
        while (Libc.WaitId(ByPid, pid, &info, options) != 0)
            if (Marshal.GetLastPInvokeError() != Interrupted) return null;
        if (info.Pid == 0) return null;
        return info.Code == Ordinary ? info.Status : 128 + info.Status;
    }
}
