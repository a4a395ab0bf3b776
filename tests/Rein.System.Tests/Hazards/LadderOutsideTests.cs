using Rein.Protocol;
using Rein.System.Tests.Remote;
using Rein.Worker;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Hazards;

/// <summary>
/// The ladder lives outside the thing that is stopped: whatever the code does, on a worker at the other end of a connection, a stop over the API ends it, leaves
/// nothing that bears the worker's mark, and its receipt says what was done.
/// </summary>
[Trait("hazard", "H4")]
[Trait("hazard", "H5")]
public sealed class LadderOutsideTests(FarMachine far) : IClassFixture<FarMachine>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What the code does, and how far a stop has to go that leaves it <c>Grace</c> seconds. A stop by force has to kill each.</summary>
    static readonly Trial[] s_trials =
    [
        new("loops for ever", 0.2, "killed", "deaf(); say(me)\nwhile True: pass"),
        // The parent of a vfork is in the D state until its child has opened a pipe at whose other end nobody is.
        new("is in a call of the kernel that no signal interrupts", 0.2, "killed", """
            fifo = f"fifo-{me}"
            os.mkfifo(fifo)
            say_in("D")
            os.posix_spawn("/bin/true", ["true"], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 0, fifo, os.O_RDONLY, 0)])
            """),
        new("is suspended", 20, "terminated", """
            say_in("T")
            os.kill(me, signal.SIGSTOP)
            time.sleep(600)
            """),
        new("is suspended and deaf", 0.2, "killed", """
            deaf()
            say_in("T")
            os.kill(me, signal.SIGSTOP)
            time.sleep(600)
            """),
        // Bounded for the machine's sake: each generation is in a session of its own, and its parent gone at once.
        new("forks, slowly, for ever", 0.2, "killed", """
            deaf()
            say(me)
            if os.fork() == 0:
                for generation in range(400):
                    os.setsid() if me != os.getsid(0) else None
                    for sibling in range(2):
                        child(lambda: time.sleep(3))
                    if os.fork() != 0: os._exit(0)
                    time.sleep(0.01)
            time.sleep(600)
            """),
        new("leaves when it is asked, and a daemon that holds its pipe", 20, "killed", """
            signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
            child(lambda: (os.setsid(), deaf(), say(me, os.getpid()), time.sleep(600)))
            time.sleep(600)
            """),
        new("is a tree like that of a browser", 20, "killed", """
            r, w = os.pipe()
            def there(): os.write(w, b"%d " % os.getpid())
            def renderer(): os.setpgid(0, 0); deaf(); there(); time.sleep(600)
            def zygote(): os.setsid(); deaf(); there(); [child(renderer) for _ in range(3)]; time.sleep(600)
            def graphics(): os.setpgid(0, 0); there(); os.execve("/bin/sleep", ["sleep", "600"], {})
            def crashes(): os.setsid(); child(lambda: (deaf(), there(), time.sleep(600)))
            for part in (zygote, graphics, crashes): child(part)
            seen = b""
            while seen.count(b" ") < 6: seen += os.read(r, 100)
            say(me, *seen.split())
            time.sleep(600)
            """),
    ];

    public static MatrixTheoryData<string, bool> Trials => new(s_trials.Select(trial => trial.Does), [false, true]);

    [Theory]
    [MemberData(nameof(Trials))]
    public async Task Whatever_a_process_does_a_stop_ends_it_and_all_that_is_its(string does, bool force)
    {
        var trial = s_trials.Single(one => one.Does == does);
        var (run, pids) = await far.Start(Trial.Before + trial.Code);
        Assert.All(pids, pid => Assert.True(FarMachine.IsAlive(pid), $"{pid} is not alive, so the trial tries nothing"));
        Assert.NotEmpty(far.Marked());

        var stop = (await far.Client.Stop(run, force ? new() { Force = true } : new() { GraceSeconds = trial.Grace }, Patience, Cancel)).Stop!;

        var rung = force ? "killed" : trial.Rung;
        Assert.Equal((rung, rung == "killed" ? "killed" : "exited"), (stop.Rung, stop.Verdict));
        Assert.Empty(Assert.Single(stop.Attempts).Residuals ?? []);
        Assert.All(pids, pid => Assert.False(FarMachine.IsAlive(pid), $"{pid} is alive"));
        Assert.Empty(far.Marked());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_worker_leaves_that_was_killed_is_ended_by_its_next_life_and_proved(bool forcedMeanwhile)
    {
        // Whoever left when it is asked would have its ladder end the others before the crash.
        var (run, pids) = await far.Start(Trial.Before + "deaf()\n" + s_trials[^1].Code);
        if (!forcedMeanwhile)
            await far.Client.Stop(run, new() { GraceSeconds = 600, Reason = "before the crash" }, cancel: Cancel);

        await far.Kill();
        var left = pids.Where(FarMachine.IsAlive).ToList();
        Assert.NotEmpty(left);
        if (forcedMeanwhile)
            Assert.Equal("fenced", (await far.Client.Stop(run, new() { Force = true }, cancel: Cancel)).Stop!.Verdict);
        Assert.All(left, pid => Assert.True(FarMachine.IsAlive(pid), $"{pid} is not alive, so the trial tries nothing"));
        await far.Boot();

        var stop = (await far.Client.Stop(run, new(), Patience, Cancel)).Stop!;
        Assert.Equal("killed", stop.Verdict);
        Assert.Equal("killed", Assert.Single(stop.Attempts).Rung);
        Assert.NotNull(stop.ProvedAt);
        Assert.All(pids, pid => Assert.False(FarMachine.IsAlive(pid), $"{pid} is alive"));
        Assert.Empty(far.Marked());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Code_inside_a_worker_that_nothing_can_end_is_fenced_in_time_shown_and_proved_when_it_returns(bool force)
    {
        using var loop = new Block();
        using var native = new Block();
        var pool = $"inside-{force}";
        await using var worker = await RemoteWorker.Connect(far.Server, pool, new()
        {
            ["loops"] = (_, _) => { loop.Loop(); return Task.FromResult(StepResult.Success); },
            ["is-in-the-kernel"] = (_, _) => { native.WaitInTheKernel(); return Task.FromResult(StepResult.Success); },
        }, capacity: 3);
        var runs = await Task.WhenAll(new[] { "loops", "is-in-the-kernel" }.Select(async kind =>
            (await far.Client.StartInline(new() { Definition = Graph(kind, $$""", "payload": { "pool": "{{pool}}" }""") }, cancel: Cancel)).Id));
        await Task.WhenAll(loop.Entered, native.Entered).WaitAsync(Patience, Cancel);

        await Task.WhenAll(runs.Select(run => far.Client.Stop(run, force ? new() { Force = true } : new() { GraceSeconds = 0.2 }, cancel: Cancel)));
        foreach (var run in runs)
            await foreach (var _ in far.Client.Watch(run, cancel: Cancel)) { }
        await Until(async () => (await far.Client.ReadPool(pool, Cancel)).Lost == 2);

        var window = TimeSpan.FromSeconds(force ? 0 : 0.2) + Core.Runs.Rules.Default.ProofWindow;
        foreach (var run in runs)
        {
            var stop = await far.Client.ReadReceipt(run, Cancel);
            Assert.Equal("fenced", stop.Verdict);
            Assert.InRange(stop.EndedAt!.Value - stop.RequestedAt, TimeSpan.Zero, window);
        }
        Assert.Equal(1, (await far.Client.ReadPool(pool, Cancel)).Free);

        loop.Release();
        native.Release();
        foreach (var run in runs)
        {
            var stop = (await far.Client.Stop(run, new(), Patience, Cancel)).Stop!;
            Assert.Equal(("exited", 0), (stop.Verdict, stop.Attempts[0].Residuals?.Count ?? 0));
        }
        await Until(async () => await far.Client.ReadPool(pool, Cancel) is { Lost: 0, Free: 3 });
    }

    /// <summary>What a heartbeat tells: each look is a question to the server, and takes as long as one.</summary>
    static async Task Until(Func<Task<bool>> look)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        while (!await look())
            patience.Token.ThrowIfCancellationRequested();
    }

    /// <param name="Grace">In seconds.</param>
    sealed record Trial(string Does, double Grace, string Rung, string Code)
    {
        /// <summary>In front of every code.</summary>
        public const string Before = """
            import os, signal, time
            me = os.getpid()
            def deaf(): signal.signal(signal.SIGTERM, signal.SIG_IGN)
            def say(*pids): os.write(1, (" ".join(str(int(pid)) for pid in pids) + "\n").encode())
            def child(run):
                if os.fork() == 0:
                    run()
                    os._exit(0)
            def say_in(state):
                def look():
                    while open(f"/proc/{me}/stat").read().rpartition(") ")[2][0] != state: time.sleep(0.002)
                    say(me)
                child(look)

            """;
    }

    /// <summary>Code that no token reaches, until the test lets it go.</summary>
    sealed class Block : IDisposable
    {
        readonly string pipe = Path.Combine(Path.GetTempPath(), $"rein-fifo-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
        readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        volatile bool isReleased;

        public Block() => global::System.Diagnostics.Process.Start("mkfifo", [pipe]).WaitForExit();

        public Task Entered => entered.Task;

        public void Loop()
        {
            entered.SetResult();
            while (!isReleased) { }
        }

        /// <summary>It opens a pipe at whose other end nobody is.</summary>
        public void WaitInTheKernel()
        {
            entered.SetResult();
            File.OpenRead(pipe).Dispose();
        }

        public void Release()
        {
            isReleased = true;
            new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite).Dispose();
        }

        public void Dispose()
        {
            Release();
            File.Delete(pipe);
        }
    }
}
