using System.Runtime.InteropServices;
using Rein.Protocol.Workers;

namespace Rein.Worker.Processes;

/// <summary>
/// A process and its descendants, as the process table sees them: by the marks they inherited and by the tree it remembers. Only the
/// <see cref="Ladder.StopThread"/> touches what is mutable here.
/// </summary>
sealed class Tree(ProcessTable table, Marker? marker) : IContainer
{
    readonly HashSet<int> _refused = [];

    public Marker? Marker => marker;

    public Containment Containment => Containment.Tree;

    /// <summary>The process that was started, while its zombie keeps its pid, group and session from being reused; else 0.</summary>
    public int Root { get; set; }

    /// <summary>Who was alive at the last look.</summary>
    public List<ProcStat> Members { get; } = [];

    public async Task<IReadOnlyList<Residual>> LookAsync()
    {
        await table.LookAsync(this);
        return [.. Members.Select(ResidualOf)];
    }

    Residual ResidualOf(ProcStat member) => new("process", $"{member.Pid}@{member.Start}",
        member.State == 'D' ? "in uninterruptible sleep"
        : _refused.Contains(member.Pid) ? "belongs to another user, who may not be signalled"
        : "still there after SIGKILL");

    /// <summary>
    /// The group of the root in one call, which no fork can slip through. The others are all brought to a halt before the first of
    /// them dies, so that no parent notices and starts another.
    /// </summary>
    public void Kill()
    {
        if (Root > 0) _ = Libc.Kill(-Root, Libc.SigKill);
        _refused.Clear();
        var others = new List<(int PidFd, int Pid)>();
        foreach (var member in Members)
            if (member.Group != Root && Halt(member) is { } pidFd)
                others.Add((pidFd, member.Pid));
            else if (member.Group == Root && !MayBeSignalled(member.Pid))
                _refused.Add(member.Pid);

        foreach (var (pidFd, pid) in others) Finish(pidFd, pid);
    }

    static bool MayBeSignalled(int pid) => Libc.Kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() != Libc.EPerm;

    /// <summary>
    /// A handle that can mean no other process, SIGSTOPped; null when the member has gone meanwhile. -1 where there are no handles.
    /// </summary>
    static int? Halt(ProcStat member)
    {
        var pidFd = Libc.PidFdOpen(member.Pid);
        if (!IsStill(member))
        {
            if (pidFd >= 0) _ = Libc.Close(pidFd);
            return null;
        }

        if (pidFd >= 0) _ = Libc.PidFdSignal(pidFd, Libc.SigStop);
        else _ = Libc.Kill(member.Pid, Libc.SigStop);
        return pidFd;
    }

    static bool IsStill(ProcStat member)
    {
        try
        {
            return ProcStat.TryRead(member.Pid, out var now) && now.Start == member.Start;
        }
        catch (BlindException)
        {
            // Who cannot be told from another is not signalled; the next look sees him again.
            return false;
        }
    }

    void Finish(int pidFd, int pid)
    {
        var sent = pidFd >= 0 ? Libc.PidFdSignal(pidFd, Libc.SigKill) : Libc.Kill(pid, Libc.SigKill);
        if (sent != 0 && Marshal.GetLastPInvokeError() == Libc.EPerm) _refused.Add(pid);
        if (pidFd >= 0) _ = Libc.Close(pidFd);
    }

    public void Close() => table.Forget(this);
}
