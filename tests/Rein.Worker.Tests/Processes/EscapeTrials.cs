using Rein.Protocol.Workers;

namespace Rein.Worker.Tests.Processes;

/// <summary>Everything a process does to outlive its stop. Each is tried in both containments.</summary>
[Trait("hazard", "H5")]
public abstract class EscapeTrials(Containment containment) : ProcessTrials(containment)
{
    static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100);

    const string DoubleFork = """
        import os, sys, time, signal
        if os.fork() == 0:
            if {0}: os.setsid()
            if os.fork() != 0: os._exit(0)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print(os.getppid() if False else os.getpid(), {1}, flush=True)
            time.sleep(600)
        os.wait()
        time.sleep(600)
        """;

    static string Daemon(bool ownSession) => DoubleFork.Replace("{0}", ownSession ? "True" : "False").Replace("{1}", "os.getpid()");

    [Fact]
    public async Task H5_a_double_forked_child_does_not_survive_a_stop()
    {
        var (process, pids) = await StartPythonAsync(Daemon(ownSession: false));
        AssertAlive([process.Pid, .. pids]);

        var result = await StopAsync(process, s_short);

        AssertGone([process.Pid, .. pids]);
        Assert.Empty(result.Residuals);
    }

    [Fact]
    public async Task H5_a_daemon_in_a_session_of_its_own_does_not_survive_a_stop()
    {
        var (process, pids) = await StartPythonAsync(Daemon(ownSession: true));
        AssertAlive([process.Pid, .. pids]);

        var result = await StopAsync(process, s_short);

        AssertGone([process.Pid, .. pids]);
        Assert.Equal(Rung.Killed, result.Rung);
        Assert.Equal(Host.Containment, result.Containment);
    }

    [Fact]
    public async Task H5_a_daemon_that_dropped_its_environment_before_anybody_looked_does_not_survive()
    {
        // env -i, a new session, and its parents gone: nothing that can be read from outside leads back, but for the mark.
        var process = Start("sh", "-c", "(env -i setsid sh -c '(trap \"\" TERM; echo $$ $(exec sh -c \"echo \\$PPID\"); while :; do sleep 1; done) &' &) ; sleep 600");
        var pids = await ReadPidsAsync(process.Output);
        AssertAlive(process.Pid, pids[1]);
        Assert.DoesNotContain("REIN_ATTEMPT", await File.ReadAllTextAsync($"/proc/{pids[1]}/environ", Patience), StringComparison.Ordinal);

        var result = await ForceAsync(process);

        AssertGone([process.Pid, pids[1]]);
        Assert.Empty(result.Residuals);
    }

    [Fact]
    public async Task H5_a_daemon_that_set_its_limits_anew_is_found_by_its_environment()
    {
        var (process, pids) = await StartPythonAsync(AnewIn("dict(os.environ)"));
        AssertAlive(process.Pid, pids[0]);

        var result = await ForceAsync(process);

        AssertGone([process.Pid, .. pids]);
        Assert.Empty(result.Residuals);
    }

    /// <summary>A daemon with limits of its own, that nobody has looked at before its parents were gone.</summary>
    protected static string AnewIn(string environment) => $$"""
        import os, resource, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() != 0: os._exit(0)
            resource.setrlimit(resource.RLIMIT_RTTIME, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.execve("/bin/sh", ["sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1; done"], {{environment}})
        os.wait()
        time.sleep(600)
        """;

    [Fact]
    public async Task H5_whoever_is_left_when_the_process_ends_by_itself_is_ended_and_the_rung_says_so()
    {
        var process = Start("sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 600' & sleep 0.2; exit 3");
        var pids = await ReadPidsAsync(process.Output);

        var ending = await process.Gone.WaitAsync(Patience);

        AssertGone(pids);
        Assert.Equal(3, ending.ExitCode);
        Assert.Equal(Rung.Killed, ending.Rung);
    }

    [Fact]
    public async Task H5_whoever_is_left_after_a_cooperative_exit_is_ended_and_the_rung_says_so()
    {
        var process = Start("sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 600' & trap 'exit 7' TERM; wait; wait");
        var pids = await ReadPidsAsync(process.Output);

        var result = await StopAsync(process, TimeSpan.FromMinutes(1));

        AssertGone([process.Pid, .. pids]);
        Assert.Equal(7, result.ExitCode);
        Assert.Equal(Rung.Killed, result.Rung);
    }

    [Fact]
    public async Task H5_a_process_that_ignores_SIGTERM_is_killed_when_its_time_is_up()
    {
        var (process, pids) = await StartPythonAsync("import os,signal,time; signal.signal(15, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(600)");

        var result = await StopAsync(process, s_short);

        AssertGone(pids);
        Assert.Equal((Rung.Killed, 137), (result.Rung!.Value, result.ExitCode!.Value));
        Assert.True(result.KilledAfter >= s_short && result.Took >= result.KilledAfter);
    }

    [Fact]
    [Trait("hazard", "H4")]
    public async Task H4_a_stopped_process_is_woken_to_hear_the_question()
    {
        // A helper says so when it has seen it stopped: a question that comes before that wakes nobody.
        var (process, pids) = await StartPythonAsync("""
            import os, signal, time
            signal.signal(15, lambda *_: os._exit(5))
            it = os.getpid()
            if os.fork() == 0:
                os.kill(it, signal.SIGSTOP)
                while open(f"/proc/{it}/stat").read().rpartition(") ")[2][0] != "T": pass
                print(it, flush=True)
                os._exit(0)
            time.sleep(600)
            """);

        var result = await StopAsync(process, TimeSpan.FromMinutes(1));

        AssertGone(pids);
        Assert.Equal((Rung.Terminated, 5), (result.Rung!.Value, result.ExitCode!.Value));
    }

    [Fact]
    [Trait("hazard", "H4")]
    public async Task H4_a_stopped_process_that_ignores_the_question_is_killed()
    {
        var (process, pids) = await StartPythonAsync("""
            import os, signal, time
            signal.signal(15, signal.SIG_IGN)
            child = os.fork()
            if child == 0:
                os.setsid()
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(600)
            os.waitpid(child, os.WUNTRACED)
            print(child, flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(600)
            """);
        AssertAlive(pids);

        var result = await StopAsync(process, s_short);

        AssertGone([process.Pid, .. pids]);
        Assert.Empty(result.Residuals);
    }

    [Fact]
    public async Task H5_a_slow_fork_bomb_is_outrun()
    {
        // Bounded for the machine's sake: 400 generations, each in a session of its own, its parent gone at once.
        var (process, _) = await StartPythonAsync("""
            import os, time, signal
            signal.signal(15, signal.SIG_IGN)
            print(os.getpid(), flush=True)
            if os.fork() == 0:
                for generation in range(400):
                    os.setsid() if os.getpid() != os.getsid(0) else None
                    for sibling in range(2):
                        if os.fork() == 0:
                            time.sleep(3)
                            os._exit(0)
                    if os.fork() != 0: os._exit(0)
                    time.sleep(0.005)
            time.sleep(600)
            """);
        var mark = await File.ReadAllTextAsync($"/proc/{process.Pid}/environ", Patience);
        var marker = mark.Split('\0').Single(variable => variable.StartsWith("REIN_ATTEMPT=", StringComparison.Ordinal));

        var result = await ForceAsync(process);

        Assert.Empty(result.Residuals);
        Assert.Empty(AllWith(marker));
    }

    static IEnumerable<string> AllWith(string marker) => Directory.EnumerateDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && IsAlive(pid) && EnvironmentOf(folder).Contains(marker, StringComparison.Ordinal));

    static string EnvironmentOf(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [Fact]
    [Trait("hazard", "H7")]
    public async Task H7_a_stop_in_the_first_instant_lands()
    {
        for (var i = 0; i < 20; i++)
        {
            var process = Start("sh", "-c", "trap '' TERM; (setsid sleep 600 &) ; sleep 600");

            var result = i % 2 == 0 ? await ForceAsync(process) : await StopAsync(process, TimeSpan.FromMilliseconds(20));

            AssertGone(process.Pid);
            Assert.Empty(result.Residuals);
            Assert.Empty(AllWith($"/{WorkerName}/attempt/"));
        }
    }

    [Fact]
    public async Task H5_nobody_else_is_touched()
    {
        using var bystander = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("setsid", ["sh", "-c", "echo ready; exec sleep 600"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("ready", await bystander.StandardOutput.ReadLineAsync(Patience));
            var other = Start("sleep", "600");
            var process = Start("sleep", "600");

            await ForceAsync(process);

            AssertGone(process.Pid);
            AssertAlive(bystander.Id, other.Pid);
        }
        finally
        {
            bystander.Kill();
            await bystander.WaitForExitAsync(Patience);
        }
    }
}

public sealed class EscapesFromATree() : EscapeTrials(Containment.Tree);

public sealed class EscapesFromACgroup() : EscapeTrials(Containment.Cgroup)
{
    /// <summary>Nothing on it leads back, and only the kernel's count of the cgroup knows it.</summary>
    [Fact]
    public async Task H5_a_daemon_that_left_every_mark_behind_does_not_survive()
    {
        var (process, pids) = await StartPythonAsync(AnewIn("{}"));
        AssertAlive(process.Pid, pids[0]);

        var result = await ForceAsync(process);

        AssertGone([process.Pid, .. pids]);
        Assert.Empty(result.Residuals);
    }
}
