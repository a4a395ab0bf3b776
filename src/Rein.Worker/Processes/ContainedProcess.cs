using System.Globalization;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>
/// A running process with everything that descends from it. When the process that was started ends, by itself or not, whoever it left
/// behind is ended too, and its output ends. Only the <see cref="StopThread"/> touches what is mutable here.
/// </summary>
public sealed class ContainedProcess : IStoppable, IAsyncDisposable
{
    readonly TaskCompletionSource<int?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<Ending> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly IContainer _container;
    readonly ProcessHost _host;
    readonly LookAgain _looks;
    readonly OurEnds _ends;
    readonly TimeSpan? _ownGrace;
    bool _asked, _killed, _dismissed, _clearing, _reaped;

    internal ContainedProcess(int pid, IContainer container, OurEnds ends, ProcessHost host, TimeSpan? ownGrace)
    {
        Pid = pid;
        _container = container;
        _host = host;
        _looks = new LookAgain(container, host.Thread);
        (_ends, _ownGrace) = (ends, ownGrace);
    }

    /// <summary>The process that was started; leader of its own session and group.</summary>
    public int Pid { get; }

    /// <summary>What holds it and its descendants together.</summary>
    public Containment Containment => _container.Containment;

    /// <summary>
    /// What it writes to standard output. Ends with the process, even if somebody outside still holds the pipe. Read it with ReadAsync.
    /// </summary>
    public Stream Output => _ends.Output;

    /// <summary>What it writes to standard error; ends like <see cref="Output"/>.</summary>
    public Stream Error => _ends.Error;

    /// <summary>What it reads from descriptor 4; null without <see cref="ProcessSpec.HasChannel"/>. Write to it with WriteAsync, which throws when nobody reads any more.</summary>
    public Stream? ChannelIn => _ends.ChannelIn;

    /// <summary>What it writes to descriptor 5; null without <see cref="ProcessSpec.HasChannel"/>; ends like <see cref="Output"/>.</summary>
    public Stream? ChannelOut => _ends.ChannelOut;

    /// <inheritdoc/>
    public string Kind => "process";

    /// <inheritdoc/>
    public string Id => Pid.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Completes when the started process has exited; its exit code, or 128 + n for signal n. Descendants may still live.
    /// </summary>
    public Task<int?> Exited => _exited.Task;

    /// <inheritdoc/>
    public Task<Ending> Gone => _gone.Task;

    /// <summary>Completes when nothing of it is left at all, which is later than <see cref="Gone"/> only if that left residuals.</summary>
    public Task Cleared => _cleared.Task;

    /// <summary>
    /// From now on it, and each process that it starts, may allocate so much more than it has now (private writable memory, <c>RLIMIT_DATA</c>): what goes beyond is
    /// refused to it by the kernel. False: it is gone, or could not be limited.
    /// </summary>
    /// <param name="more">Bytes, at least 0.</param>
    public Task<bool> LimitMemoryAsync(long more) => _host.Thread.Run(() => Task.FromResult(!_reaped && MemoryLimit.Set(Pid, more)));

    /// <summary>SIGTERM to its group, then SIGCONT, so that a stopped process hears it too; SIGKILL after its <see cref="ProcessSpec.OwnGrace"/>.</summary>
    public void Ask() => _host.Thread.Post(() =>
    {
        if (_reaped || _exited.Task.IsCompleted) return;
        if (!_asked && _ownGrace is { } grace) _ = KillAfterAsync(grace);
        _asked = true;
        _ = Libc.Kill(-Pid, Libc.SigTerm);
        _ = Libc.Kill(-Pid, Libc.SigCont);
    });

    async Task KillAfterAsync(TimeSpan grace)
    {
        await Task.WhenAny(_exited.Task, _host.Thread.Pause(grace));
        if (!_exited.Task.IsCompleted) Kill();
    }

    /// <summary>SIGKILL to everything that belongs to it.</summary>
    public void Kill() => _host.Thread.Post(() =>
    {
        if (_gone.Task.IsCompleted) return;
        _looks.BeHard();
        if (ExitStatus.Peek(Pid) is null)
        {
            _killed = true;
            _container.Kill();
        }

        Clear();
    });

    /// <summary>
    /// SIGKILL to it alone, which has done what it was started for: that is no rung of a stop, and its exit code is told as 0, which is what it would have left with.
    /// Whoever it left is ended as after any other exit.
    /// </summary>
    public void Dismiss() => _host.Thread.Post(() =>
    {
        if (_reaped) return;
        _dismissed = true;
        _ = Libc.Kill(Pid, Libc.SigKill);
    });

    /// <summary>The watch saw the exit.</summary>
    internal void HasExited() => _host.Thread.Post(() =>
    {
        if (!_clearing) _looks.BeGentle();
        _looks.Hurry();
        Clear();
    });

    void Clear()
    {
        if (!_reaped && ExitStatus.Peek(Pid) is { } code) _exited.TrySetResult(code);
        if (_clearing) return;
        _clearing = true;
        _ = ClearAsync();
    }

    async Task ClearAsync()
    {
        var residuals = await _looks.UntilKnownAsync();
        _exited.TrySetResult(ExitStatus.Peek(Pid));
        _ends.Seal();
        if (residuals.Count == 0) LetGo();
        _gone.SetResult(new Ending(Reached(), HasDoneItsWork ? 0 : _exited.Task.Result, Containment, residuals));
        if (residuals.Count == 0) return;
        await _looks.UntilGoneAsync();
        LetGo();
    }

    bool HasDoneItsWork => _dismissed && !_asked && !_killed;

    Rung? Reached() =>
        _killed || _looks.HasKilled ? Rung.Killed
        : _asked ? Rung.Terminated
        : null;

    /// <summary>
    /// The zombie goes last: until now it kept the numbers that signals were sent to. Tidying up is not part of the proof and waits.
    /// </summary>
    void LetGo()
    {
        _reaped = true;
        _host.Forget(this);
        Orphans.OfThisProcess.ReapRoot(Pid);
        _ = Task.Run(() =>
        {
            _container.Close();
            _host.LetGo(this);
            _cleared.SetResult();
        });
    }

    /// <summary>Ends it by force if it still runs, waits until that is known, and closes its streams.</summary>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await Gone.ConfigureAwait(false);
        await _ends.CloseAsync().ConfigureAwait(false);
    }
}
