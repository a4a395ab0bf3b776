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
    readonly PipeOutput _output, _error;
    bool _asked, _killed, _clearing, _reaped;

    internal ContainedProcess(int pid, IContainer container, ChildStreams streams, ProcessHost host)
    {
        Pid = pid;
        _container = container;
        _host = host;
        _looks = new LookAgain(container, host.Thread);
        (_output, _error) = streams.Read();
    }

    /// <summary>The process that was started; leader of its own session and group.</summary>
    public int Pid { get; }

    /// <summary>What holds it and its descendants together.</summary>
    public Containment Containment => _container.Containment;

    /// <summary>
    /// What it writes to standard output. Ends with the process, even if somebody outside still holds the pipe. Read it with ReadAsync.
    /// </summary>
    public Stream Output => _output;

    /// <summary>What it writes to standard error; ends like <see cref="Output"/>.</summary>
    public Stream Error => _error;

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

    /// <summary>SIGTERM to its group, then SIGCONT, so that a stopped process hears it too.</summary>
    public void Ask() => _host.Thread.Post(() =>
    {
        if (_reaped || _exited.Task.IsCompleted) return;
        _asked = true;
        _ = Libc.Kill(-Pid, Libc.SigTerm);
        _ = Libc.Kill(-Pid, Libc.SigCont);
    });

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
        _output.Seal();
        _error.Seal();
        if (residuals.Count == 0) LetGo();
        _gone.SetResult(new Ending(Reached(), _exited.Task.Result, Containment, residuals));
        if (residuals.Count == 0) return;
        await _looks.UntilGoneAsync();
        LetGo();
    }

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
        await _output.DisposeAsync().ConfigureAwait(false);
        await _error.DisposeAsync().ConfigureAwait(false);
    }
}
