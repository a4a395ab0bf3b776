using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol.Workers;
using Rein.Steps.Scripts;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Scripts;

public abstract class ScriptStopTrials(Containment containment)
{
    const int Trials = 20;
    const int Enough = 3;

    static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The grace is an hour: whoever waits for it never ends here. The promise is 50 ms; other work on the machine may hold up a trial, and who is not let die within 20 ms
    /// is killed; but not most of them.
    /// </summary>
    [Theory]
    [InlineData("javascript", "emit(1); for (;;) {}", Rung.Terminated)]
    [InlineData("python", "emit(1)\nwhile True: pass", Rung.Terminated)]
    [InlineData("javascript", "process.on('SIGTERM', () => {}); emit(1); for (;;) {}", Rung.Killed)]
    [InlineData("python", "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nemit(1)\nwhile True: pass", Rung.Killed)]
    [InlineData("python", "import os, signal\nemit(1)\nos.kill(os.getpid(), signal.SIGSTOP)", Rung.Terminated)]
    [InlineData("python", "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nif os.fork() == 0:\n  os.setsid()\n  time.sleep(600)\nemit(1)\ntime.sleep(600)", Rung.Killed)]
    public async Task A_stop_ends_it_in_no_time_whatever_it_does_and_whatever_grace_there_is(string language, string code, Rung rung)
    {
        await using var scripts = new ScriptHost(options => options, containment);
        var took = new List<string>();
        for (var kept = 0; kept < Enough;)
        {
            await using var one = scripts.Begin(language, code);
            await one.Said;
            var end = await one.Stop(TimeSpan.FromHours(1));
            Assert.Equal((AttemptOutcome.Stopped, 0), (end.Outcome, end.Proof.Residuals.Count));
            Assert.Equal(1, Assert.Single(one.Items).GetInt32());
            Assert.True(rung is Rung.Terminated || end.Proof.Rung is Rung.Killed);
            kept += one.EndedAfter <= Promised && end.Proof.Rung == rung ? 1 : 0;
            took.Add($"{end.Proof.Rung} after {one.EndedAfter!.Value.TotalMilliseconds} ms");
            Assert.True(kept == Enough || took.Count < Trials, string.Join(", ", took));
        }
    }

    [Theory]
    [InlineData("javascript", "for (;;) {}")]
    [InlineData("python", "while True: pass")]
    public async Task A_time_that_is_up_ends_it_too(string language, string code)
    {
        var time = new HandTime();
        await using var host = new ScriptHost(options => options, containment, time);
        await using var one = host.Begin(language, $"emit(1)\n{code}");
        await one.Said;
        time.Pass(TimeSpan.FromSeconds(60));
        var end = await one.End();
        Assert.Equal((AttemptOutcome.Failed, "it took longer than 60 s; timeoutSeconds changes that"), (end.Outcome, end.Error));
        Assert.Equal("time_up", JsonSerializer.Deserialize(end.Result!.Value.Span, ScriptJson.Default.ScriptFault)!.Code);
    }

    [Fact]
    public async Task A_stop_that_comes_before_it_has_begun_leaves_nothing()
    {
        await using var scripts = new ScriptHost(options => options, containment);
        await using var one = scripts.Begin("python", "emit(1)");
        await one.Stop();
        Assert.Empty(Directory.Exists(scripts.Folder) ? Directory.GetFileSystemEntries(scripts.Folder) : []);
    }

    [Fact]
    public async Task A_warm_one_stops_like_any_other()
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 1 }, containment);
        await scripts.Run("python", "return 1");
        await scripts.Step.Filled();
        await using var one = scripts.Begin("python", "import time\nemit(1)\ntime.sleep(600)");
        await one.Said;
        var end = await one.Stop();
        Assert.Equal(AttemptOutcome.Stopped, end.Outcome);
        Assert.NotNull(end.Proof.Rung);
        Assert.NotEqual(Containment.None, end.Proof.Containment);
    }
}

public sealed class ScriptStopInATree() : ScriptStopTrials(Containment.Tree);

public sealed class ScriptStopInACgroup() : ScriptStopTrials(Containment.Cgroup);
