using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Processes;

/// <summary>The stopper does not live inside the thing that hangs.</summary>
[Trait("hazard", "H4")]
public abstract class StarvationTrials(Containment containment) : ProcessTrials(containment)
{
    [Fact]
    public async Task H4_a_process_is_stopped_while_every_thread_of_the_pool_is_blocked()
    {
        var (process, pids) = await StartPythonAsync("import os,signal,time; signal.signal(15, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(600)");
        var ladder = new StopLadder(Thread, TimeProvider.System);
        ladder.Hold(process);
        var release = new ManualResetEventSlim();
        var wasGone = false;
        var observer = new System.Threading.Thread(() =>
        {
            for (var i = 0; i < 1000; i++) ThreadPool.UnsafeQueueUserWorkItem(_ => release.Wait(), null);
            ladder.Climb(TimeSpan.FromMilliseconds(100));
            wasGone = ladder.Gone.Wait(TimeSpan.FromSeconds(2)) && !IsAlive(pids[0]);
            release.Set();
        });

        observer.Start();
        observer.Join();

        Assert.True(wasGone);
        Assert.Equal(Rung.Killed, (await ladder.Gone).Rung);
        Assert.InRange((await ladder.Gone).Took, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(900));
    }
}

[Collection(Alone.Name)]
public sealed class StarvedWithATree() : StarvationTrials(Containment.Tree);

[Collection(Alone.Name)]
public sealed class StarvedWithACgroup() : StarvationTrials(Containment.Cgroup);
