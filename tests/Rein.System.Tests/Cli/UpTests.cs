using System.Text.Json;

namespace Rein.System.Tests.Cli;

public sealed class UpTests : IDisposable
{
    const string Hold = """{"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"hold"}}}""";

    readonly TestCli cli = new();

    [Fact]
    public async Task A_server_says_where_it_is_and_puts_a_key_where_only_its_owner_reads_it()
    {
        await using var up = await TestUp.Start(cli);
        Assert.Matches(@"^ready http://127\.0\.0\.1:\d+  key in .*admin\.key$", up.Ready);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(cli.Data, "admin.key")));
        Assert.Equal(0, (await cli.Run("runs")).Code);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused()
    {
        await using var up = await TestUp.Start(cli);
        var second = await cli.Run("up", "--port", "0");
        Assert.Equal((2, ""), (second.Code, second.Output));
        Assert.Contains("--data", second.Errors);
        Assert.Equal(0, (await cli.Run("runs")).Code);
    }

    [Fact]
    public async Task A_process_is_refused_with_the_command_that_allows_it()
    {
        await using var up = await TestUp.Start(cli);
        var said = await cli.Run("start", "--watch", "--", "true");
        Assert.Equal(1, said.Code);
        Assert.Contains("rein up --allow process", said.Output);
    }

    [Fact]
    public async Task A_server_that_shuts_down_stops_no_run_and_its_next_life_goes_on_with_it()
    {
        string run;
        await using (var up = await TestUp.Start(cli))
        {
            run = (await cli.Run("start", "--file", cli.Write("hold.json", Hold))).Line;
            Assert.Equal(0, await up.Terminate());
        }
        Assert.Equal(5, (await cli.Run("runs")).Code);

        await using var next = await TestUp.Start(cli);
        var listed = await cli.Run("runs", "--state", "running");
        Assert.Contains(run, listed.Output);
        Assert.Equal(0, (await cli.Run("stop", run)).Code);
    }

    [Fact]
    public async Task After_a_crash_the_process_is_gone_and_the_stop_that_was_asked_for_is_proved()
    {
        string[] options = ["--allow", "process", "--heartbeat-seconds", "0.5"];
        var pidFile = Path.Combine(cli.Data, "pid");
        string run;
        await using (var up = await TestUp.Start(cli, options))
        {
            run = (await cli.Run("start", "--", "sh", "-c", $"trap '' TERM; echo $$ >{pidFile}.new; mv {pidFile}.new {pidFile}; while :; do sleep 0.1; done")).Line;
            await FileIsThere(pidFile);
            Assert.Equal(6, (await cli.Run("stop", run, "--grace", "600", "--wait", "0s")).Code);
            await up.Crash();
        }
        var pid = (await File.ReadAllTextAsync(pidFile, TestContext.Current.CancellationToken)).Trim();
        Assert.True(Executes(pid));

        await using var next = await TestUp.Start(cli, options);
        Assert.False(Executes(pid));
        Assert.Equal(0, (await cli.Run("stop", run, "--wait", "20s")).Code);
        var receipt = JsonElement.Parse((await cli.Run("receipt", run, "--json")).Output);
        Assert.Equal("killed", receipt.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_trial_ends_the_server_right_after_the_commit_it_names()
    {
        cli.Environment["REIN_TRIAL_CRASH"] = "after:start:1";
        await using (var up = await TestUp.Start(cli))
        {
            Assert.Equal(5, (await cli.Run("start", "--file", cli.Write("hold.json", Hold))).Code);
            Assert.Equal(128 + 9, await up.Exit());
        }
        cli.Environment.Clear();
        await using var next = await TestUp.Start(cli);
        Assert.Single((await cli.Run("runs")).Line.Split('\n'), line => line.Length > 0);
    }

    /// <summary>Root may read whatever it likes: so neither the server nor what it executes has that right.</summary>
    [Fact]
    public async Task What_a_server_was_started_with_is_not_to_be_read_by_what_it_executes()
    {
        const string value = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
        using var plain = new TestCli { Prefix = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-sys_ptrace,-sys_admin,-perfmon"] : [] };
        plain.Environment["REIN_SECRET_KEY"] = value;
        await using var up = await TestUp.Start(plain, "--allow", "process");
        plain.Environment.Clear();

        var run = await plain.Run("start", "--watch", "--", "sh", "-c", $"tr '\\0' '\\n' </proc/$$/environ; cat /proc/{up.Pid}/environ /proc/{up.Pid}/mem");

        Assert.Equal(1, run.Code);
        var said = (await plain.Run("logs", run.Output.Split('\n')[0])).Output;
        Assert.Contains("REIN_ATTEMPT=", said, StringComparison.Ordinal);
        Assert.Contains($"/proc/{up.Pid}/environ: Permission denied", said, StringComparison.Ordinal);
        Assert.DoesNotContain(value, said, StringComparison.Ordinal);
    }

    /// <summary>A process that has ended stands in /proc until whoever inherited it has asked for its exit code.</summary>
    static bool Executes(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1][0] is not ('Z' or 'X');
        }
        catch (Exception gone) when (gone is IOException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Written whole by a rename: it is there, or not.</summary>
    static async Task FileIsThere(string file)
    {
        var there = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file)) { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) => there.TrySetResult();
        watcher.Created += (_, _) => there.TrySetResult();
        if (!File.Exists(file))
            await there.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => cli.Dispose();
}
