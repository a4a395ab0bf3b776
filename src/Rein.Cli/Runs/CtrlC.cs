using System.Runtime.InteropServices;

namespace Rein.Cli.Runs;

/// <summary>Presses of Ctrl-C, one by one; while this is held none of them ends the process.</summary>
sealed class CtrlC : IDisposable
{
    readonly PosixSignalRegistration registration;
    TaskCompletionSource next = NewPress();
    int taken;
    int pressed;

    public CtrlC() => registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
    {
        signal.Cancel = true;
        Interlocked.Increment(ref pressed);
        Volatile.Read(ref next).TrySetResult();
    });

    /// <summary>Completes at the next press, counted from the last one that was waited for. For one waiter.</summary>
    public async Task<int> Next()
    {
        while (Volatile.Read(ref pressed) <= taken)
        {
            var waiting = Volatile.Read(ref next);
            if (Volatile.Read(ref pressed) > taken)
                break;
            await waiting.Task;
            Volatile.Write(ref next, NewPress());
        }
        return ++taken;
    }

    public void Dispose() => registration.Dispose();

    static TaskCompletionSource NewPress() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
