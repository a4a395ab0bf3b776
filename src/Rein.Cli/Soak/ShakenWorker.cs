using Rein.Cli.Children;

namespace Rein.Cli.Soak;

/// <summary>A `rein worker` that is killed, suspended and cut off at random, and always comes back.</summary>
sealed class ShakenWorker(WorkerIdentity identity, CutWire wire, Random random, Findings findings) : IAsyncDisposable
{
    WorkerChild? child;

    public string Name => identity.Name;

    public string Data => identity.Data;

    public async Task Begin() => child = await WorkerChild.Start(identity);

    /// <summary>Returns when it is whole again, after the end of the trouble.</summary>
    public async Task Shake(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Pause(0.3, 4, over);
            if (child!.HasEnded)
            {
                findings.Fault($"{Name} ended by itself, with exit code {child.EndedWith}");
                await Reborn();
            }
            await (random.Next(10) switch
            {
                < 3 => Kill(over),
                < 5 => Suspend(over),
                < 7 => Cut(over),
                < 9 => Silence(over),
                _ => SuspendAndKill(over),
            });
        }
    }

    async Task Kill(CancellationToken over)
    {
        findings.Count("killed (SIGKILL)");
        child!.Kill();
        await Pause(0, 2, over);
        await Reborn();
    }

    async Task Suspend(CancellationToken over)
    {
        findings.Count("suspended (SIGSTOP)");
        Signals.Suspend(child!.Pid);
        await Pause(0.1, 5, over);
        Signals.Continue(child.Pid);
    }

    async Task Cut(CancellationToken over)
    {
        findings.Count("cut off");
        wire.Cut();
        await Pause(0.05, 5, over);
        wire.Heal(breaking: false);
    }

    async Task Silence(CancellationToken over)
    {
        var breaking = random.Next(2) == 0;
        findings.Count(breaking ? "silenced, and what was on its way lost" : "silenced, and what was on its way late");
        wire.Silence();
        await Pause(0.1, 5, over);
        wire.Heal(breaking);
    }

    /// <summary>It never learns what became of what it held: its next life has to.</summary>
    async Task SuspendAndKill(CancellationToken over)
    {
        findings.Count("suspended, then killed");
        Signals.Suspend(child!.Pid);
        await Pause(0.1, 4, over);
        child.Kill();
        await Reborn();
    }

    async Task Reborn()
    {
        await child!.DisposeAsync();
        child = await WorkerChild.Start(identity);
    }

    Task Pause(double least, double most, CancellationToken over) =>
        Task.Delay(TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least))), TimeProvider.System, over)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        if (child is not null)
            await child.DisposeAsync();
        await wire.DisposeAsync();
        Directory.Delete(identity.Data, recursive: true);
    }
}
