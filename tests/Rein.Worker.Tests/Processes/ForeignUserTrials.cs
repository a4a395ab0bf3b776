using System.Globalization;
using System.Runtime.InteropServices;
using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>
/// Processes that became another user's, whom a worker without that right may not signal. User ids belong to threads: the ladder's thread gives
/// up its right, and takes it back, while the rest of the trials keep theirs.
/// </summary>
public sealed class ForeignUserTrials() : ProcessTrials(Containment.Tree)
{
    const int Worker = 65533, Unchanged = -1, Root = 0;

    [Fact]
    public async Task A_process_of_another_user_is_named_and_proved_when_it_is_gone_after_all()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a process another user's.");
        var (process, pids) = await StartPythonAsync("""
            import os, time
            ready, told = os.pipe()
            def foreign(leaves):
                pid = os.fork()
                if pid == 0:
                    if leaves: os.setsid()
                    os.setuid(65534)
                    os.write(told, b'!')
                    time.sleep(600)
                os.read(ready, 1)
                return pid
            print(foreign(False), foreign(True), flush=True)
            time.sleep(600)
            """);
        AssertAlive([process.Pid, .. pids]);
        await BecomeAsync(Worker);

        var result = await ForceAsync(process);

        Assert.Equal(pids.Order(), result.Residuals.Select(left => int.Parse(left.Id.Split('@')[0], CultureInfo.InvariantCulture)).Order());
        Assert.All(result.Residuals, left => Assert.Equal("belongs to another user, who may not be signalled", left.Why));
        Assert.Null(result.Rung);
        Assert.False(process.Cleared.IsCompleted);
        AssertAlive(pids);

        await BecomeAsync(Root);
        await process.Cleared.WaitAsync(Patience);
        AssertGone([process.Pid, .. pids]);
    }

    /// <summary>The system call itself: the C library's would change every thread.</summary>
    Task<int> BecomeAsync(int user) => Thread.Run(() =>
    {
        var setEffectiveUser = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 117 : 147;
        Assert.Equal(0, Libc.SystemCall(setEffectiveUser, Unchanged, user, Unchanged, 0));
        return Task.FromResult(user);
    });
}
