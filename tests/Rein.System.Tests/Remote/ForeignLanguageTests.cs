using System.Diagnostics;
using Rein.Core.Runs;
using Rein.Protocol;
using Rein.System.Tests.Cli;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>The workers of examples/workers/, run as they stand there: each is handed work, reports it, is stopped, loses its stream, and leaves.</summary>
public sealed class ForeignLanguageTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string programs = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly List<Process> workers = [];
    Guid keyOfLast;
    readonly TestServer server = new() { Adjust = options => options with { Heartbeat = TimeSpan.FromMilliseconds(500), Lease = TimeSpan.FromSeconds(60) } };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers.Where(worker => !worker.HasExited))
            worker.Kill(entireProcessTree: true);
        workers.ForEach(worker => worker.Dispose());
        await server.DisposeAsync();
        Directory.Delete(programs, recursive: true);
    }

    [Theory]
    [InlineData("worker.py", "count", """ "to": 3 """, """ "to": 100000, "pauseMs": 50 """, new[] { "{\"n\":1}", "{\"n\":2}", "{\"n\":3}" }, "asked")]
    [InlineData("worker.sh", "lines", """ "script": "echo one; echo 'two \"2\"'; echo said >&2" """, """ "script": "trap '' TERM; echo begun; while :; do sleep 0.1; done" """,
        new[] { "\"one\"", "\"two \\\"2\\\"\"" }, "killed")]
    public async Task A_worker_in_another_language_works_is_stopped_and_leaves(
        string file, string kind, string ends, string goesOn, string[] items, string rung)
    {
        var pool = kind + "-pool";
        var worker = await Start(file, pool);

        var done = await Run(kind, pool, ends);
        await Until(done, "ended");
        Assert.Equal("succeeded", (await server.Client.ReadRun(done, cancel: Cancel)).State);
        Assert.Equal(items, (await server.Client.ReadItems(done, cancel: Cancel)).Items.Select(item => item.Value.GetRawText()));
        Assert.NotEmpty((await server.Client.ReadLogs(done, cancel: Cancel)).Logs);

        // Heard, ended, and proved.
        var stopped = await Run(kind, pool, goesOn);
        await UntilItem(stopped);
        var stop = await server.Client.Stop(stopped, new() { Reason = "a test", GraceSeconds = 1 }, TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal((rung, rung == "killed" ? "killed" : "exited"), (stop.Stop!.Rung, stop.Stop.Verdict));
        Assert.NotNull(stop.Stop.HeardAt);

        // A stop within a heartbeat while its stream is in somebody else's hands; and then it has its stream again.
        var held = await Run(kind, pool, goesOn);
        await UntilItem(held);
        using (var thief = await server.ConnectWith("work"))
        {
            using var theft = new CancellationTokenSource();
            await using var frames = thief.ReadCommands(await SessionOf(pool), theft.Token).GetAsyncEnumerator(theft.Token);
            var nothing = frames.MoveNextAsync().AsTask();
            var away = await server.Client.Stop(held, new() { GraceSeconds = 1 }, TimeSpan.FromSeconds(20), Cancel);
            Assert.NotEqual("fenced", away.Stop!.Verdict);
            await theft.CancelAsync();
            await nothing.ContinueWith(_ => { }, TaskScheduler.Default);
        }
        var again = await Run(kind, pool, ends);
        await Until(again, "ended");
        Assert.Equal("succeeded", (await server.Client.ReadRun(again, cancel: Cancel)).State);

        // It hands back what it holds.
        var left = await Run(kind, pool, goesOn);
        await UntilItem(left);
        await Signal.Send(worker.Id, "TERM");
        await UntilExit(worker);
        Assert.Equal(0, worker.ExitCode);
        Assert.DoesNotContain((await server.Client.ListSessions(Cancel)).Sessions, session => session.Pool == pool);
        Assert.Equal("running", (await server.Client.ReadRun(left, cancel: Cancel)).State);
        Assert.Equal("stopped", (await server.Client.Stop(left, cancel: Cancel)).Answer);
    }

    [Theory]
    [InlineData("worker.py", "count", """ "to": 100000, "pauseMs": 50 """)]
    [InlineData("worker.sh", "lines", """ "script": "echo begun; while :; do sleep 0.1; done" """)]
    public async Task A_worker_in_another_language_hands_back_what_it_holds_when_it_is_drained_and_passes_a_stop_drill(string file, string kind, string goesOn)
    {
        var pool = kind + "-drained";
        await Start(file, pool);
        await server.Client.PutPool(pool, new() { Drill = new() { EverySeconds = 86_400, WithinMs = 20_000 } }, Cancel);
        while ((await server.Client.ReadPool(pool, Cancel)).Drill is not { LastAt: not null })
            await Task.Yield();
        Assert.Equal("passed", (await server.Client.ReadPool(pool, Cancel)).Drill!.State);

        var run = await Run(kind, pool, goesOn);
        await UntilItem(run);
        var session = await SessionOf(pool);
        await server.Client.DrainSession(session, graceSeconds: 0.2, Cancel);
        await Until(run, "step_returned");
        await server.Client.ReopenSession(session, Cancel);
        await Until(run, "step_assigned", times: 2);
        var stop = await server.Client.Stop(run, new() { GraceSeconds = 1 }, TimeSpan.FromSeconds(20), Cancel);
        Assert.NotEqual("fenced", stop.Stop!.Verdict);
    }

    [Theory]
    [InlineData("worker.py", "count", """ "to": "many" """, "ValueError: ", """ "to": 100000, "pauseMs": 50 """)]
    [InlineData("worker.sh", "lines", """ "scribble": 1 """, "the script ended with 2", """ "script": "echo begun; while :; do sleep 0.1; done" """)]
    public async Task A_worker_in_another_language_says_what_fails_keeps_the_time_and_ends_with_its_session_and_nothing_else(
        string file, string kind, string bad, string error, string goesOn)
    {
        var pool = kind + "-failing";
        await using var proxy = await FramelessProxy.Start(server.Url, StreamFate.Passed);
        var worker = await Start(file, pool, at: proxy.Url);
        var failed = await Run(kind, pool, bad + """, "maxAttempts": 1 """);
        await Until(failed, "ended");
        Assert.StartsWith(error, (await server.Client.ReadRun(failed, cancel: Cancel)).Steps!.Single(step => step.Id == "work").Error, StringComparison.Ordinal);

        var slow = await Run(kind, pool, goesOn + """, "maxAttempts": 1, "timeoutSeconds": 0.3 """);
        await Until(slow, "ended");
        Assert.Equal(Outcome.TimedOut, (await server.Stores.Reader.Attempts(slow, Cancel)).Single().Attempt.Outcome);

        // A server that is away is no session that is over, whoever answers in its place.
        var held = await Run(kind, pool, goesOn);
        await UntilItem(held);
        await proxy.Change(StreamFate.Unknown);
        while (proxy.RefusedBeats == 0)
            await Task.Yield();
        await proxy.Change(StreamFate.Passed);
        await server.Client.Stop(held, new() { GraceSeconds = 5 }, TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(Outcome.Stopped, (await server.Stores.Reader.Attempts(held, Cancel)).Single().Attempt.Outcome);

        await UntilItem(await Run(kind, pool, goesOn));
        await server.Client.RevokeKey(keyOfLast, Cancel);
        await UntilExit(worker);
        Assert.Equal(1, worker.ExitCode);
    }

    /// <summary>The server hides them as well: what the worker sends is looked at on its way.</summary>
    [Theory]
    [InlineData("worker.py", "count", """ "to": "{{$secrets.SAID}}" """, "\"error\"")]
    [InlineData("worker.sh", "lines", """ "script": "echo {{$secrets.SAID}}; echo {{$secrets.SAID}} >&2; exit 1" """, "\"items\"", "\"logs\"")]
    public async Task A_worker_in_another_language_sends_no_secret(string file, string kind, string says, params string[] places)
    {
        const string secret = "never-to-be-said";
        await server.Client.PutSecret("SAID", secret, Cancel);
        await using var proxy = await FramelessProxy.Start(server.Url, StreamFate.Passed);
        await Start(file, kind + "-secret", at: proxy.Url);
        await Until(await Run(kind, kind + "-secret", says + """, "maxAttempts": 1 """), "ended");

        Assert.All(places, place => Assert.Contains(proxy.Reported, batch => batch.Contains(place, StringComparison.Ordinal) && batch.Contains("***", StringComparison.Ordinal)));
        Assert.DoesNotContain(proxy.Reported, batch => batch.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("worker.py", "count", """ "to": 100000, "pauseMs": 50 """)]
    [InlineData("worker.sh", "lines", """ "script": "echo begun; while :; do sleep 0.1; done" """)]
    public async Task A_worker_in_another_language_gives_up_a_heartbeat_that_hangs_and_sends_the_next(string file, string kind, string goesOn)
    {
        await using var proxy = await FramelessProxy.Start(server.Url, StreamFate.Passed);
        await Start(file, kind + "-hung", at: proxy.Url);
        var run = await Run(kind, kind + "-hung", goesOn);
        await UntilItem(run);
        proxy.HangsBeats = true;
        // Other requests of these workers wait for half a minute, which is longer than most leases.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (proxy.HungBeats < 3)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        proxy.HangsBeats = false;
        var stop = await server.Client.Stop(run, new() { GraceSeconds = 5 }, TimeSpan.FromSeconds(20), Cancel);
        Assert.NotEqual("fenced", stop.Stop!.Verdict);
    }

    /// <summary>What was executed by threads is gone with its process. What was a process of its own is gone where somebody has looked, and the worker in shell has no marks to look by.</summary>
    [Theory]
    [InlineData("worker.py", "count", """ "to": 100000, "pauseMs": 50 """, true)]
    [InlineData("worker.sh", "lines", """ "script": "echo begun; while :; do sleep 0.1; done" """, false)]
    public async Task A_worker_in_another_language_that_was_killed_proves_of_its_former_life_what_it_can_know(string file, string kind, string goesOn, bool isProved)
    {
        var pool = kind + "-killed";
        var worker = await Start(file, pool);
        var run = await Run(kind, pool, goesOn + """, "maxAttempts": 2 """);
        await UntilItem(run);
        worker.Kill(entireProcessTree: true);
        await worker.WaitForExitAsync(Cancel);

        // Heartbeats ask as well: here nobody does but the answer to the hello.
        await using var proxy = await FramelessProxy.Start(server.Url, StreamFate.Passed);
        proxy.HangsBeats = true;
        await Start(file, pool, at: proxy.Url);
        await Until(run, "step_assigned", times: 2);
        await server.Client.Stop(run, new() { GraceSeconds = 5 }, TimeSpan.FromSeconds(isProved ? 20 : 2), Cancel);
        await Until(run, "ended");
        var attempts = (await server.Client.ReadReceipt(run, cancel: Cancel)).Attempts;
        Assert.Equal([("lost", isProved), ("stopped", true)], attempts.Select(attempt => (attempt.Outcome, attempt.IsProved)));
    }

    [Theory]
    [InlineData("worker.py")]
    [InlineData("worker.sh")]
    public async Task A_worker_in_another_language_whose_name_another_has_taken_says_so_and_waits_until_that_has_left(string file)
    {
        var pool = file + "-taken";
        var worker = await Start(file, pool, tells: true);
        using var other = await server.ConnectWith("work");
        var taken = await TakeName();

        Assert.Contains("waits until another has left: ", await worker.StandardError.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel), StringComparison.Ordinal);
        await other.CloseSession(taken, Cancel);
        using var patience = new CancellationTokenSource(Patience);
        while (!(await server.Client.ListSessions(patience.Token)).Sessions.Any(session => session.Pool == pool))
            await Task.Yield();
        Assert.False(worker.HasExited);

        // Whoever lives comes back at once for as long as the other has not been heard of.
        async Task<Guid> TakeName()
        {
            while (true)
            {
                var opened = await other.OpenSession(new(file, pool, ["nothing"], 1), Cancel);
                if ((await other.Beat(opened.Session, new([]), Cancel)).IsOpen)
                    return opened.Session;
            }
        }
    }

    [Fact]
    public async Task A_worker_that_has_lost_its_session_proves_nothing_before_its_own_has_ended()
    {
        var worker = await Start("worker.py", "lost");
        var run = await Run("count", "lost", """ "to": 100000, "pauseMs": 50, "lingerMs": 1500, "maxAttempts": 2 """);
        await UntilItem(run);
        using (var thief = await server.ConnectWith("work"))
            await thief.OpenSession(new("worker.py", "lost", ["nothing"], 1), Cancel);
        var lost = Stopwatch.GetTimestamp();
        Assert.StartsWith("ready ", await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        Assert.InRange(Stopwatch.GetElapsedTime(lost).TotalSeconds, 1.4, Patience.TotalSeconds);

        await Until(run, "step_assigned", times: 2);
        await server.Client.Stop(run, new() { GraceSeconds = 5 }, TimeSpan.FromSeconds(20), Cancel);
        var attempts = (await server.Client.ReadReceipt(run, cancel: Cancel)).Attempts;
        Assert.Equal([("lost", true), ("stopped", true)], attempts.Select(attempt => (attempt.Outcome, attempt.IsProved)));
    }

    [Fact]
    public async Task A_shell_worker_kills_what_a_script_leaves_behind_and_claims_no_more_than_it_looked_at()
    {
        await Start("worker.sh", "leaves");
        var run = await Run("lines", "leaves", """ "script": "(trap '' TERM; echo begun; exec >/dev/null 2>&1; while :; do sleep 0.1; done) & wait" """);
        await UntilItem(run);
        await server.Client.Stop(run, new() { GraceSeconds = 20 }, TimeSpan.FromSeconds(25), Cancel);
        var attempt = Assert.Single((await server.Client.ReadReceipt(run, cancel: Cancel)).Attempts);
        Assert.Equal(("killed", null, 0), (attempt.Rung, attempt.Containment, attempt.Residuals!.Count));
    }

    /// <summary>Putting away what has ended takes so long here that the next is there before it is done.</summary>
    [Fact]
    public async Task A_shell_worker_that_is_handed_the_next_with_the_end_of_the_last_keeps_them_apart()
    {
        await Delay("rm");
        await Start("worker.sh", "turns", programs);
        var runs = new List<Guid>();
        for (var i = 0; i < 2; i++)
            runs.Add(await Run("lines", "turns", $$""" "script": "echo {{i}}; while :; do sleep 0.1; done" """));
        for (var i = 0; i < runs.Count; i++)
        {
            // What it did not believe to hold it would report as never begun, and go on with it.
            await UntilItem(runs[i]);
            var stop = await server.Client.Stop(runs[i], new() { GraceSeconds = 10 }, TimeSpan.FromSeconds(20), Cancel);
            Assert.Equal("terminated", stop.Stop!.Rung);
            Assert.Equal([$"\"{i}\""], (await server.Client.ReadItems(runs[i], cancel: Cancel)).Items.Select(item => item.Value.GetRawText()));
        }
    }

    /// <summary>The group of its script is there half a second after the script was started, and no heartbeat says the stop again.</summary>
    [Fact(DisplayName = "H7 A shell worker that is told to stop what has hardly begun stops it")]
    public async Task A_shell_worker_that_is_told_to_stop_what_has_hardly_begun_stops_it()
    {
        await Delay("setsid");
        await using var proxy = await FramelessProxy.Start(server.Url, StreamFate.Passed);
        proxy.HangsBeats = true;
        await Start("worker.sh", "hardly", programs, proxy.Url);
        var run = await Run("lines", "hardly", """ "script": "while :; do sleep 0.1; done" """);
        await Until(run, "step_assigned");
        var stop = await server.Client.Stop(run, new() { GraceSeconds = 10 }, TimeSpan.FromSeconds(25), Cancel);
        Assert.Equal(("exited", "terminated"), (stop.Stop!.Verdict, stop.Stop.Rung));
    }

    /// <summary>A worker with these programs on its path waits for this one.</summary>
    async Task Delay(string program)
    {
        var path = Path.Combine(programs, program);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\nsleep 0.5\nPATH=/usr/bin:/bin exec {program} \"$@\"\n", Cancel);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>Longer than the 30 s after which its requests give up. One that stays is asked what it executes.</summary>
    static async Task UntilExit(Process worker)
    {
        try
        {
            await worker.WaitForExitAsync(Cancel).WaitAsync(2 * Patience, TimeProvider.System, Cancel);
        }
        catch (TimeoutException)
        {
            using var looking = Process.Start(new ProcessStartInfo("ps", ["-eo", "pid,ppid,stat,etimes,args", "--forest"]) { RedirectStandardOutput = true })!;
            Assert.Fail($"{worker.Id} has not left:\n{await looking.StandardOutput.ReadToEndAsync(Cancel)}");
        }
    }

    /// <param name="path">Where its programs are looked for first.</param>
    /// <param name="at">Where it finds its server, if not at the server's own address.</param>
    /// <param name="tells">What it says beside its output is the test's to read.</param>
    async Task<Process> Start(string file, string pool, string? path = null, Uri? at = null, bool tells = false)
    {
        var created = await server.Client.CreateKey(new() { Name = file, Scopes = ["work"] }, Cancel);
        keyOfLast = created.Id;
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "examples", "workers", file), [file, pool]) { RedirectStandardOutput = true, RedirectStandardError = tells };
        start.Environment["TMPDIR"] = programs;
        (start.Environment["REIN_URL"], start.Environment["REIN_KEY"]) = (at?.ToString().TrimEnd('/') ?? server.Url, created.Key!);
        if (path is not null)
            start.Environment["PATH"] = $"{path}:{start.Environment["PATH"]}";
        var worker = Process.Start(start)!;
        workers.Add(worker);
        var ready = await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel);
        Assert.StartsWith("ready ", ready);
        return worker;
    }

    async Task<Guid> Run(string kind, string pool, string payload) =>
        (await server.Client.StartInline(new() { Definition = Graph(kind, $$""", "payload": { "pool": "{{pool}}", {{payload}} }""") }, cancel: Cancel)).Id;

    async Task<Guid> SessionOf(string pool) => (await server.Client.ListSessions(Cancel)).Sessions.Single(session => session.Pool == pool).Id;

    async Task Until(Guid run, string line, int times = 1)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        await foreach (var change in server.Client.Watch(run, cancel: patience.Token))
            if ((times -= change.Lines.Count(said => said.Kind == line)) <= 0)
                return;
    }

    /// <summary>Its code executes, and has said so.</summary>
    async Task UntilItem(Guid run)
    {
        while ((await server.Client.ReadItems(run, cancel: Cancel)).Items.Count == 0)
            await server.Client.ReadRun(run, TimeSpan.FromSeconds(1), cancel: Cancel);
    }
}
