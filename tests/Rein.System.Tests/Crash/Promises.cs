using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Rein.Protocol;

namespace Rein.System.Tests.Crash;

/// <summary>What a server acknowledged before it crashed. Each promise is looked at again in its next life.</summary>
sealed class Promises(ReinClient client)
{
    /// <summary>So few at once that some wait when it crashes: in its next life they are admitted as the others end.</summary>
    const int Room = 2;
    const string Limit = "promises";

    /// <summary>A run that has ended is not waited for, but its export may come a little later.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly List<Guid> succeed = [];
    readonly List<Guid> stopped = [];
    readonly List<Guid> either = [];
    readonly List<Guid> patient = [];

    /// <summary>Work of every kind, until the server is gone. A request without an answer promises nothing.</summary>
    public async Task Work()
    {
        try
        {
            await client.PutLimit(Limit, Room);
            patient.Add(await Start("""{ "type": "delay", "payload": { "delayMs": 3600000 } }""", limit: null));
            for (var round = 0; round < 50; round++)
            {
                succeed.Add(await Start("""{ "type": "noop", "payload": { "maxAttempts": 5 } }"""));
                succeed.Add(await Start("""{ "type": "delay", "payload": { "delayMs": 300 } }"""));
                succeed.Add(await Start(Process("echo one; echo two; sleep 0.1; echo three")));
                await StopOne(await Start(Process("trap '' TERM; echo partial; (setsid sleep 600 &) ; sleep 600")), force: round % 2 == 1);
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException or ReinException { Status: 0 })
        {
            // The server has crashed: what was not answered was not promised.
        }
    }

    async Task StopOne(Guid run, bool force)
    {
        either.Add(run);
        for (var wait = 0; wait < 20 && (await client.ReadRun(run)).Items == 0; wait++)
            await client.ReadRun(run, TimeSpan.FromMilliseconds(200));
        await client.Stop(run, new() { GraceSeconds = 0.1, Force = force });
        stopped.Add(run);
        either.Remove(run);
    }

    async Task<Guid> Start(string node, string? limit = Limit)
    {
        var definition = JsonDocument.Parse($$"""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": {{node}} } }""").RootElement;
        return (await client.StartInline(new() { Definition = definition, LimitKey = limit })).Id;
    }

    static string Process(string script) => $$"""
        { "type": "process", "payload": { "command": ["sh", "-c", {{JsonSerializer.Serialize(script)}}], "items": "lines", "maxAttempts": 5,
          "backoff": { "initialSeconds": 0.05 } } }
        """;

    /// <summary>In the next life: what was started ends, what was told to stop is stopped, every attempt is proved gone, no duty was lost, and every slot was given back.</summary>
    public async Task AreKeptBy(ReinClient next)
    {
        Assert.InRange((await next.ReadLimit(Limit)).Held, 0, Room);
        foreach (var run in await Unpromised(next))
        {
            await next.Stop(run, new() { Force = true });
            await UntilSettled(next, run);
        }
        foreach (var run in patient)
            await StillWaitsFor(next, run);
        foreach (var run in either)
            await next.Stop(run, new() { Force = true });
        foreach (var run in succeed)
            Assert.Equal("succeeded", (await UntilSettled(next, run)).State);
        foreach (var run in stopped.Concat(either))
        {
            var ended = await UntilSettled(next, run);
            Assert.Equal(("stopped", "manual"), (ended.State, ended.Cause));
            Assert.NotEqual("fenced", (await next.ReadReceipt(run)).Verdict);
        }
        var limit = await next.ReadLimit(Limit);
        Assert.Equal((0, 0), (limit.Held, (int)limit.Waiting));
    }

    /// <summary>What is left of its hour, and not an hour from now.</summary>
    static async Task StillWaitsFor(ReinClient next, Guid run)
    {
        var read = await next.ReadRun(run);
        Assert.Equal(("waiting", read.CreatedAt.AddHours(1)), (read.State, Assert.Single(read.Steps!).DueAt));
        await next.Stop(run);
    }

    /// <summary>A start that was committed and not answered was promised to nobody: it lives on by right, and may end as it will.</summary>
    async Task<IEnumerable<Guid>> Unpromised(ReinClient next)
    {
        var live = await next.ListRuns(new() { States = ["queued", "running", "waiting"], Limit = 500 });
        return live.Runs.Select(run => run.Id).Except(succeed).Except(stopped).Except(either).Except(patient);
    }

    static async Task<RunDocument> UntilSettled(ReinClient next, Guid id)
    {
        var run = await next.ReadRun(id);
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Patience && !await IsSettled(next, run);)
            run = await next.ReadRun(id, TimeSpan.FromMilliseconds(500), run.Revision);
        Assert.True(run.EndedAt is not null, $"run {id} is still {run.State}");
        Assert.True(run.Items == 0 || run.Export is { State: "done" }, $"the export of run {id} was lost");
        return run;
    }

    static async Task<bool> IsSettled(ReinClient next, RunDocument run) =>
        run.EndedAt is not null
        && (run.Items == 0 || run.Export is { State: "done" })
        && (run.State != "stopped" || (await next.ReadReceipt(run.Id)).Verdict != "fenced");

    public int Count => succeed.Count + stopped.Count;
}
