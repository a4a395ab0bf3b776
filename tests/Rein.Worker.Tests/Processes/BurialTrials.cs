using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>
/// Nobody is left as a zombie: whoever asks <c>kill -0</c> or <c>/proc</c> after the proof would take it for alive. The trials run alone,
/// since whoever is seen during another trial's spawn is buried when that has ended, and that is tried by itself.
/// </summary>
public abstract class BurialTrials(Containment containment) : ProcessTrials(containment)
{
    const string Family = "(setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 600' &) ; sleep 600 & wait";

    [Fact]
    public async Task No_zombie_is_left_when_the_end_is_proved()
    {
        var process = Start("sh", "-c", Family);
        var pids = await ReadPidsAsync(process.Output);
        AssertAlive([process.Pid, .. pids]);

        await ForceAsync(process);

        foreach (var pid in pids.Append(process.Pid)) Assert.False(HasGrave(pid), $"{pid} is a zombie");
    }

    [Fact]
    public async Task A_daemon_that_ends_while_its_process_lives_on_is_buried_by_a_look()
    {
        var process = Start("sh", "-c", "(setsid sh -c 'echo $$' &) ; exec sleep 600");
        var pids = await ReadPidsAsync(process.Output);

        for (var patience = Patience; HasGrave(pids[0]);) await BootSweep.RunAsync(Host).WaitAsync(patience);

        AssertAlive(process.Pid);
    }

    [Fact]
    public async Task A_zombie_seen_during_a_spawn_is_buried_when_the_spawn_has_ended()
    {
        var process = Start("sh", "-c", Family);
        var pids = await ReadPidsAsync(process.Output);
        await using var spawn = await SpawnUnderWay.BeginAsync();

        await ForceAsync(process);
        Assert.True(HasGrave(pids[0]), $"{pids[0]} was buried, though it might have been the root that was being spawned");
        await spawn.DisposeAsync();

        Assert.False(HasGrave(pids[0]), $"{pids[0]} is a zombie");
    }

    [Fact]
    public async Task A_zombie_waits_for_the_spawns_that_it_was_seen_in_and_for_none_that_began_behind_it()
    {
        var process = Start("sh", "-c", Family);
        var pids = await ReadPidsAsync(process.Output);
        await using var first = await SpawnUnderWay.BeginAsync();
        await ForceAsync(process);

        await using var second = await SpawnUnderWay.BeginAsync();
        Assert.True(HasGrave(pids[0]));
        await first.DisposeAsync();

        Assert.False(HasGrave(pids[0]), $"{pids[0]} is a zombie");
    }

    static bool HasGrave(int pid) => Directory.Exists($"/proc/{pid}");

    /// <summary>A spawn that takes until it is disposed, and then fails.</summary>
    sealed class SpawnUnderWay : IAsyncDisposable
    {
        readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly ManualResetEventSlim _mayEnd = new();
        readonly Task _spawning;

        SpawnUnderWay() => _spawning = Task.Run(() => Orphans.OfThisProcess.Spawning(() =>
        {
            _begun.SetResult();
            _mayEnd.Wait(Patience);
            return (0, Libc.EAgain);
        }));

        public static async Task<SpawnUnderWay> BeginAsync()
        {
            var spawn = new SpawnUnderWay();
            await spawn._begun.Task.WaitAsync(Patience);
            return spawn;
        }

        public async ValueTask DisposeAsync()
        {
            _mayEnd.Set();
            await _spawning.WaitAsync(Patience);
        }
    }
}

[Collection(Alone.Name)]
public sealed class BurialsOfATree() : BurialTrials(Containment.Tree);

[Collection(Alone.Name)]
public sealed class BurialsOfACgroup() : BurialTrials(Containment.Cgroup);
