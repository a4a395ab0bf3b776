using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>The next life of a worker finds and ends what the former one left, and nobody else.</summary>
[Trait("hazard", "H5")]
public abstract class BootSweepTrials(Containment containment) : ProcessTrials(containment)
{
    [Fact]
    public async Task H5_what_a_former_life_left_is_found_and_ended()
    {
        var process = Start("sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $PPID $$; sleep 600; :' & wait");
        var pids = await ReadPidsAsync(process.Output);
        AssertAlive(process.Pid, pids[1]);

        await using var next = NextLife(Host.Containment);
        var swept = await BootSweep.RunAsync(next).WaitAsync(Patience);

        AssertGone(process.Pid, pids[1]);
        Assert.Empty(swept.Residuals);
        Assert.Contains(swept.Found, left => left.Pid == pids[1] && left.Attempt == "attempt" && left.Command == "sh");
        Assert.Equal(137, await process.Exited.WaitAsync(Patience));
    }

    [Fact]
    public async Task H5_a_daemon_of_a_former_life_that_dropped_its_environment_is_found()
    {
        var process = Start("sh", "-c", "(env -i setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 600' &); sleep 600");
        var pids = await ReadPidsAsync(process.Output);
        AssertAlive(pids);

        await using var next = NextLife(Host.Containment);
        var swept = await BootSweep.RunAsync(next).WaitAsync(Patience);

        AssertGone([process.Pid, .. pids]);
        Assert.Contains(swept.Found, left => left.Pid == pids[0] && left.Attempt is null);
    }

    [Fact]
    public async Task H5_processes_of_this_life_and_of_other_workers_are_not_touched()
    {
        var process = Start("sleep", "600");
        await using var other = new ProcessHost("another", WorkerName, Thread, Host.Containment);

        Assert.Empty((await BootSweep.RunAsync(Host).WaitAsync(Patience)).Found);
        Assert.Empty((await BootSweep.RunAsync(other).WaitAsync(Patience)).Found);

        AssertAlive(process.Pid);
    }

    [Fact]
    public async Task A_sweep_of_nothing_finds_nothing()
    {
        var swept = await BootSweep.RunAsync(Host).WaitAsync(Patience);

        Assert.Empty(swept.Found);
        Assert.Empty(swept.Residuals);
    }
}

public sealed class BootSweepOfTrees() : BootSweepTrials(Containment.Tree);

public sealed class BootSweepOfCgroups() : BootSweepTrials(Containment.Cgroup);
