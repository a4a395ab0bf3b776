using System.Text.Json;
using Rein.Cli.Up;
using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.System.Tests.Cli;

/// <summary>Scripts at a server and at a worker of its own, both in processes of theirs.</summary>
public sealed class ScriptCommandTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TestCli cli = new();
    readonly TestCli machine = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Graph(string code, string more = "") => cli.Write("script.json", $$"""
        { "nodes": { "root": { "type": "manual", "children": ["work"] },
          "work": { "type": "script", "payload": { "language": "python", "code": {{JsonSerializer.Serialize(code)}}, "input": "{{"{{root.result}}"}}"{{more}} } } } }
        """);

    [Fact]
    public async Task They_are_refused_with_the_command_that_allows_them()
    {
        await using var up = await TestUp.Start(cli, "--allow", "process");
        var said = await cli.Run("start", "--watch", "--file", Graph("return 1"));
        Assert.Equal(1, said.Code);
        Assert.Contains("steps of the kind 'script' are not allowed here; allow them with: rein up --allow script", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_run_where_they_are_allowed_and_processes_do_not_follow_from_it()
    {
        await using var up = await TestUp.Start(cli, "--allow", "script", "--script-network", "allow", "--script-warm", "1");
        for (var i = 0; i < 2; i++)
        {
            var run = (await cli.Run("start", "--file", Graph("print('said'); emit(input['a']); return 1"), "--input-json", """{ "a": "ä" }""")).Line;
            Assert.Equal(0, (await cli.Run("watch", run)).Code);
            Assert.Contains("ä", (await cli.Run("items", run)).Output, StringComparison.Ordinal);
            Assert.Contains("said", (await cli.Run("logs", run)).Output, StringComparison.Ordinal);
        }
        Assert.Contains("rein up --allow process", (await cli.Run("start", "--watch", "--", "true")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--script-warm", "65", "--script-warm must be from 0 to 64")]
    [InlineData("--script-network", "maybe", "maybe")]
    [InlineData("--script-interpreter", "ruby", "--script-interpreter: 'ruby' must read LANGUAGE=PROGRAM")]
    public async Task A_setting_that_cannot_be_used_ends_the_start(string option, string value, string says)
    {
        cli.Environment["REIN_KEY"] = "rein_nothing";
        foreach (var command in (string[][])[["up", "--port", "0"], ["worker", "--data", machine.Data]])
        {
            var said = await cli.Run([.. command, option, value]);
            Assert.Equal(2, said.Code);
            Assert.Contains(says, said.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_worker_elsewhere_executes_them_and_a_stop_finds_them_there()
    {
        await using var up = await TestUp.Start(cli);
        var key = (await cli.Run("keys", "create", "worker", "--scope", "work")).Line;
        machine.Environment["REIN_KEY"] = key.Split(' ', '\n').First(word => word.StartsWith("rein_", StringComparison.Ordinal));
        using var worker = machine.Start(
            "worker", "--server", up.Ready.Split(' ')[1], "--pool", "lab", "--name", "far-away", "--allow", "script", "--data", Path.Combine(machine.Data, "worker"));
        Assert.StartsWith("ready far-away  pool lab  kinds script", await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        Assert.Equal(0, (await cli.Run("start", "--watch", "--file", Graph("return 1", """, "pool": "lab" """))).Code);
        var run = (await cli.Run("start", "--file", Graph("emit(1)\nwhile True: pass", """, "pool": "lab" """))).Line;
        await Collected(run);
        Assert.Equal(0, (await cli.Run("stop", run, "--wait", "20s")).Code);
        await Signal.Send(worker.Id, "TERM");
        await worker.WaitForExitAsync(Cancel).WaitAsync(Patience, TimeProvider.System, Cancel);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(machine.Data, "worker", "scripts")));
    }

    [Fact]
    public async Task After_a_crash_it_is_gone_with_its_folder_and_its_stop_is_proved_to_have_killed_it()
    {
        string[] options = ["--allow", "script", "--heartbeat-seconds", "0.5", "--script-warm", "1"];
        string run;
        cli.Environment["REIN_TRIAL_CRASH"] = "after:stop:1";
        await using (var up = await TestUp.Start(cli, options))
        {
            Assert.Equal(0, (await cli.Run("start", "--watch", "--file", Graph("return 1"))).Code);
            run = (await cli.Run("start", "--file", Graph("emit(1)\nwhile True: pass"))).Line;
            await Collected(run);
            Assert.Equal(5, (await cli.Run("stop", run)).Code);
            Assert.Equal(128 + 9, await up.Exit());
        }
        cli.Environment.Clear();
        await using var next = await TestUp.Start(cli, options);
        Assert.Equal(0, (await cli.Run("stop", run, "--wait", "20s")).Code);
        Assert.Equal("killed", JsonElement.Parse((await cli.Run("receipt", run, "--json")).Output).GetProperty("verdict").GetString());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(cli.Data, "scripts")));
    }

    [Fact]
    public void What_a_former_life_left_of_a_warm_one_is_its_attempts_by_the_note_and_without_one_nobodys()
    {
        var attempt = new AttemptRef(Guid.Parse("0199aaaa-0000-7000-8000-000000000000"), "work", 3);
        var other = attempt with { Fence = 4 };
        var swept = new SweepResult([new(10, "node", "spare.1"), new(11, "node", "spare.2")], [new("process", "11@5", "in uninterruptible sleep")]);
        var notes = new Dictionary<string, string> { ["spare.1"] = "0199aaaa000070008000000000000000.work.3" };
        Assert.Equal((Rung.Killed, 0), Proof(new(FormerLife.Owned(swept with { Residuals = [] }, notes), Containment.Cgroup), attempt));
        Assert.Equal((null, 0), Proof(new(FormerLife.Owned(swept with { Residuals = [] }, notes), Containment.Cgroup), other));
        Assert.Equal((null, 1), Proof(new(FormerLife.Owned(swept, notes), Containment.Cgroup), other));

        static (Rung?, int) Proof(FormerLife former, AttemptRef attempt) => former.Prove(attempt) is var proof ? (proof.Rung, proof.Residuals.Count) : default;
    }

    /// <summary>It has begun, and its first item is durable.</summary>
    async Task Collected(string run)
    {
        using var client = new Rein.Protocol.ReinClient(
            new Uri(JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(cli.Data, "server.json"), Cancel)).GetProperty("url").GetString()!),
            (await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), Cancel)).Trim());
        while ((await client.ReadItems(Guid.Parse(run), cancel: Cancel)).Items is [])
            await client.ReadRun(Guid.Parse(run), TimeSpan.FromMilliseconds(200), cancel: Cancel);
    }

    public void Dispose()
    {
        cli.Dispose();
        machine.Dispose();
    }
}
