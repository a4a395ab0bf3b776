using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>What a process gets, what becomes of it, and why it was not started.</summary>
public abstract class StartTrials(Containment containment) : ProcessTrials(containment)
{
    [Fact]
    public async Task The_command_is_handed_over_as_it_is_without_a_shell()
    {
        var process = Start(Python, "-ESsc", "import sys; print(sys.argv[1:])", "a b", "$HOME", "*", "", "'");

        Assert.Equal("['a b', '$HOME', '*', '', \"'\"]", await ReadLineAsync(process.Output));
        Assert.Equal(0, await process.Exited.WaitAsync(Patience));
    }

    [Fact]
    public async Task Environment_and_working_directory_are_what_was_asked_for()
    {
        var folder = Directory.CreateTempSubdirectory("rein-");
        var process = Start(new ProcessSpec("a1", ["/usr/bin/env"])
        {
            Environment = new Dictionary<string, string> { ["NAME"] = "välue with spaces\nand lines" },
            WorkingDirectory = folder.FullName,
        });
        var seen = await ReadAllAsync(process.Output);
        Assert.Contains("NAME=välue with spaces\nand lines\n", seen, StringComparison.Ordinal);
        Assert.Contains($"/{WorkerName}/a1/", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("HOME=", seen, StringComparison.Ordinal);

        var where = Start(new ProcessSpec("a1", ["pwd"]) { WorkingDirectory = folder.FullName });
        Assert.Equal(folder.FullName, await ReadLineAsync(where.Output));
        folder.Delete();
    }

    [Fact]
    public async Task Standard_input_is_read_to_its_end_however_large()
    {
        var input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0123456789", 100_000)));
        var process = Start(new ProcessSpec("a", ["cat"]) { Stdin = input });

        Assert.Equal(Encoding.ASCII.GetString(input), await ReadAllAsync(process.Output));
    }

    [Fact]
    public async Task Without_standard_input_a_reader_ends_at_once()
    {
        var process = Start("cat");

        Assert.Equal("", await ReadAllAsync(process.Output));
        var ending = await process.Gone.WaitAsync(Patience);
        Assert.Equal((null, 0, Host.Containment), (ending.Rung, ending.ExitCode, ending.Containment));
        Assert.Empty(ending.Residuals);
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -15 $$", 143)]
    [InlineData("kill -11 $$", 139)]
    public async Task The_exit_code_is_the_process_own_or_128_and_the_signal(string script, int code)
    {
        var process = Start("sh", "-c", script);

        Assert.Equal(code, await process.Exited.WaitAsync(Patience));
    }

    [Fact]
    public async Task Signals_are_as_a_program_expects_them_and_no_handle_of_the_worker_is_open()
    {
        var process = Start("sh", "-c", "grep -E 'SigBlk|SigIgn' /proc/self/status; ls /proc/self/fd | tr '\\n' ' '");
        var seen = await ReadAllAsync(process.Output);

        // Signals 32 and 33 belong to the C library, which may ignore them; no program can use them.
        Assert.Matches("SigBlk:\\s0{16}\\nSigIgn:\\s(0{16}|0{7}180{7})\\n", seen);
        // 0, 1, 2 and the folder that ls reads.
        Assert.EndsWith("0 1 2 3 ", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_leads_a_session_and_a_group_of_its_own()
    {
        var process = Start("sh", "-c", "cut -d' ' -f5,6 /proc/$$/stat");

        Assert.Equal($"{process.Pid} {process.Pid}", await ReadLineAsync(process.Output));
    }

    [Fact]
    public async Task Output_and_error_are_two_streams()
    {
        var process = Start("sh", "-c", "echo out; echo err >&2");

        Assert.Equal("out\n", await ReadAllAsync(process.Output));
        Assert.Equal("err\n", await ReadAllAsync(process.Error));
    }

    [Fact]
    public async Task A_program_that_the_gate_cannot_carry_runs_all_the_same()
    {
        var spec = new ProcessSpec("a", ["/usr/bin/env"]) { Environment = new Dictionary<string, string> { ["no.name-of-a-shell"] = "1" } };
        var process = Assert.IsType<StartOutcome.Started>(Host.Start(spec)).Process;

        Assert.Contains("no.name-of-a-shell=1", await ReadAllAsync(process.Output), StringComparison.Ordinal);
        Assert.Equal(Containment.Tree, process.Containment);
        await process.DisposeAsync();
    }

    [Fact]
    public async Task However_many_are_to_be_started_at_once_each_is_started()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Host.StartAsync(new ProcessSpec("crowd", ["sleep", "600"])))).WaitAsync(Patience);

        var started = outcomes.Select(outcome => Assert.IsType<StartOutcome.Started>(outcome).Process).ToArray();
        AssertAlive([.. started.Select(process => process.Pid)]);
        foreach (var process in started) await process.DisposeAsync();
        AssertGone([.. started.Select(process => process.Pid)]);
    }

    [Fact]
    public void A_start_that_cannot_be_is_refused_with_its_reason()
    {
        var folder = Directory.CreateTempSubdirectory("rein-");
        string File(string name, string text, bool executable)
        {
            var path = Path.Combine(folder.FullName, name);
            System.IO.File.WriteAllText(path, text);
            if (executable) System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return path;
        }

        Assert.Equal(StartFault.NotFound, Refused("/no/such/program"));
        Assert.Equal(StartFault.NotFound, Refused("no-such-program-anywhere"));
        Assert.Equal(StartFault.NotFound, Refused(File("script", "#!/no/such/interpreter\n", executable: true)));
        Assert.Equal(StartFault.NotExecutable, Refused(File("text", "hello", executable: false)));
        Assert.Equal(StartFault.NotExecutable, Refused(File("noformat", "hello", executable: true)));
        Assert.Equal(StartFault.NotExecutable, Refused(folder.FullName));
        Assert.Equal(StartFault.Invalid, Refused());
        Assert.Equal(StartFault.Invalid, Refused("echo", "a\0b"));
        Assert.Equal(StartFault.TooLarge, Refused("echo", new string('x', 200_000)));
        Assert.Equal(StartFault.NoWorkingDirectory, Refused(new ProcessSpec("a", ["true"]) { WorkingDirectory = "/no/such/folder" }));
        Assert.Equal(StartFault.NoWorkingDirectory, Refused(new ProcessSpec("a", ["true"]) { WorkingDirectory = "/etc/passwd" }));
        Assert.Equal(StartFault.Invalid, Refused(new ProcessSpec("a", ["true"]) { Environment = new Dictionary<string, string> { ["a=b"] = "" } }));
        folder.Delete(recursive: true);
    }

    StartFault Refused(params string[] command) => Refused(new ProcessSpec("a", command));

    StartFault Refused(ProcessSpec spec)
    {
        var refused = Assert.IsType<StartOutcome.Refused>(Host.Start(spec));
        Assert.NotEmpty(refused.Why);
        return refused.Fault;
    }

    [Fact]
    public async Task Output_ends_with_the_process_even_if_a_stranger_holds_the_pipe()
    {
        var process = Start("sh", "-c", "echo $$; read line < /proc/$$/fd/0; sleep 600");
        var pid = (await ReadPidsAsync(process.Output))[0];
        // Opened from outside, as a debugger or a log shipper might: this handle stays open for the whole test.
        await using var stranger = new FileStream($"/proc/{pid}/fd/1", FileMode.Open, FileAccess.Write);
        stranger.Write("left in the pipe"u8);
        stranger.Flush();

        await ForceAsync(process);

        Assert.Equal("left in the pipe", await ReadAllAsync(process.Output));
    }

    [Fact]
    [Trait("hazard", "H5")]
    public async Task H5_a_child_that_holds_the_pipe_open_keeps_nothing_running()
    {
        var process = Start("sh", "-c", "setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 1; done' & read line < /dev/null; sleep 0.2");
        var pids = await ReadPidsAsync(process.Output);

        Assert.Equal("", await ReadAllAsync(process.Output));
        await process.Gone.WaitAsync(Patience);
        AssertGone(pids);
    }

    [Fact]
    public async Task A_child_of_System_Diagnostics_Process_keeps_its_exit_code()
    {
        var ours = Start("sleep", "600");
        using var theirs = System.Diagnostics.Process.Start("sh", ["-c", "exit 9"]);

        await ForceAsync(ours);

        await theirs.WaitForExitAsync(Patience);
        Assert.Equal(9, theirs.ExitCode);
    }
}

public sealed class StartsInATree() : StartTrials(Containment.Tree);

public sealed class StartsInACgroup() : StartTrials(Containment.Cgroup);
