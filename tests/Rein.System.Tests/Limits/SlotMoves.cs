using System.Collections.Immutable;
using System.Text;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Starts;
using Rein.Server.Commits;

namespace Rein.System.Tests.Limits;

/// <summary>What can happen to runs under limits; chance chooses.</summary>
sealed class SlotMoves(SlotWorld world, Random random)
{
    static readonly ImmutableArray<Definition> Definitions =
    [
        Parse("""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "hold" } } }"""),
        Parse("""{ "nodes": { "root": { "type": "manual", "children": ["a", "b"] }, "a": { "type": "hold", "payload": { "maxAttempts": 2 } }, "b": { "type": "hold" } } }"""),
        Parse("""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "hold" }, "z": { "type": "hold", "payload": { "finally": true } } } }"""),
        Parse("""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": "delay", "payload": { "delayMs": 1 } } } }"""),
        Calling("flow"),
        Calling("other", detached: true),
    ];

    /// <summary>What is saved under either name: they start each other, and themselves.</summary>
    static readonly ImmutableArray<Definition> Saved =
    [
        Definitions[0], Definitions[1], Definitions[3], Calling("flow"), Calling("other"), Calling("flow", detached: true), Calling("other", detached: true),
        Parse("""{ "nodes": { "root": { "type": "manual", "children": ["c", "d"] }, "c": { "type": "workflow", "payload": { "workflow": "flow" } }, "d": { "type": "workflow", "payload": { "workflow": "other" } } } }"""),
    ];

    static readonly string[] Names = ["flow", "other"];
    static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);

    readonly Guid[] sessions = [NewId(), NewId()];

    public async Task<string> Next()
    {
        switch (saved.Count < Names.Length ? 1 : random.Next(16))
        {
            case 0: return await ChangeLimit();
            case 1: return await SaveWorkflow(Names[saved.Count < Names.Length ? saved.Count : random.Next(Names.Length)]);
            case 2: return await LoseSession();
            case 3: return await Retry();
            case 4: return await Prune();
            case < 9: return await FulfilDuties();
            default:
                var works = new List<Work>();
                var said = new List<string>();
                for (var i = random.Next(3); i >= 0; i--)
                    if (await NextWork() is var (text, work))
                    {
                        works.Add(work);
                        said.Add(text);
                    }
                await world.Commit(works);
                return string.Join(" + ", said);
        }
    }

    async Task<(string, Work)?> NextWork() => random.Next(16) switch
    {
        < 3 => ("start", new StartWork([new(Start())])),
        3 => ("batch start", new StartWork([.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => new StartOrder(Start()))])),
        < 6 => Of(Pick(run => !run.IsBlocked && run.Ready > 0), "claim", run => new ClaimStep(run.Id, AnyStep(run), sessions[random.Next(2)], "worker")),
        < 9 => await End(),
        < 11 => Of(Pick(), "stop", Stop),
        11 => Of(Pick(), "timers", run => random.Next(3) switch { 0 => new ExpireRun(run.Id), 1 => new EscalateStop(run.Id), _ => new EndCleanUp(run.Id) }),
        12 => Of(Pick(), "wake", run => new WakeStep(run.Id, AnyStep(run))),
        13 => Of(Pick(), "pause", run => run.Pause is null ? new PauseRun(run.Id, "key:test", "") : new ResumeRun(run.Id, "key:test")),
        14 => Of(Pick(run => !run.IsBlocked), "child", Child),
        _ => ("admit", new AdmitWork(new(world.Organization, SlotWorld.Keys[random.Next(SlotWorld.Keys.Length)]))),
    };

    StartRun Start()
    {
        var workflow = random.Next(2) == 0 ? Names[random.Next(Names.Length)] : null;
        string[] keys = [.. SlotWorld.Keys[..2].Where(_ => random.Next(2) == 0), .. hasMax.Where(name => name == workflow).Select(name => $"workflow:{name}")];
        return new()
        {
            Run = NewId(),
            Organization = world.Organization,
            Definition = workflow is null ? Definitions[random.Next(Definitions.Length)] : saved[workflow],
            Workflow = workflow,
            Actor = "key:test",
            Priority = random.Next(-1, 2),
            LimitKeys = [.. keys],
            OnConflict = (OnConflict)random.Next(3),
            Deadline = random.Next(4) == 0 ? TimeSpan.FromMicroseconds(1) : null,
            QueueTtl = random.Next(4) == 0 ? TimeSpan.FromMicroseconds(1) : null,
        };
    }

    /// <summary>One that nobody waits for: it counts for itself, under what it names.</summary>
    StartChild Child(Run parent) => new(parent.Id, Start());

    RequestStop Stop(Run run) => new(
        run.Id, random.Next(3) switch { 0 => StopOrigin.Manual, 1 => StopOrigin.Superseded, _ => StopOrigin.Panic }, "key:test", "",
        random.Next(2) == 0 ? TimeSpan.Zero : null, random.Next(3) == 0 ? FenceAt.Now : FenceAt.End, Force: random.Next(3) == 0);

    async Task<(string, Work)?> End()
    {
        if (await Held() is not { Count: > 0 } held)
            return null;
        var attempt = held[random.Next(held.Count)];
        return Of(attempt.Run, "end", random.Next(4) switch
        {
            0 => new LoseAttempt(attempt.Run, attempt.Step, attempt.Fence),
            1 => new ReturnAttempt(attempt.Run, attempt.Step, attempt.Fence, Proof.Nothing),
            2 => new EndAttempt(attempt.Run, attempt.Step, attempt.Fence, Outcome.Failed, Proof.Nothing, null, "no luck", 0),
            _ => new EndAttempt(attempt.Run, attempt.Step, attempt.Fence, Outcome.Succeeded, Proof.Nothing, null, null, 0),
        });
    }

    async Task<string> LoseSession()
    {
        var index = random.Next(2);
        var lost = (await Held()).Where(attempt => attempt.Session == sessions[index]).Take(20).ToList();
        sessions[index] = NewId();
        await world.Commit([.. lost.Select(held => new CommandWork(null, new LoseAttempt(held.Run, held.Step, held.Fence)))]);
        return $"a session with {lost.Count} attempts is lost";
    }

    async Task<IReadOnlyList<HeldAttempt>> Held() =>
    [
        .. await world.Stores.Sessions.Held(sessions[0], CancellationToken.None),
        .. await world.Stores.Sessions.Held(sessions[1], CancellationToken.None),
    ];

    async Task<string> ChangeLimit()
    {
        var key = new LimitKey(world.Organization, SlotWorld.Keys[random.Next(2)]);
        if (random.Next(5) == 0)
            return $"limit {key.Key} removed: {await world.Stores.Limits.Remove(key, CancellationToken.None)}";
        var max = random.Next(5);
        await world.Stores.Limits.Put(key, max, CancellationToken.None);
        return $"limit {key.Key} = {max}";
    }

    readonly HashSet<string> hasMax = [];
    readonly Dictionary<string, Definition> saved = [];

    async Task<string> SaveWorkflow(string name)
    {
        int? max = random.Next(3) == 0 ? null : random.Next(4);
        saved[name] = Saved[random.Next(Saved.Length)];
        await world.Stores.Workflows.Save(world.Organization, name, saved[name], max, CancellationToken.None);
        hasMax.Remove(name);
        if (max is not null)
            hasMax.Add(name);
        return $"workflow {name} saved, maxRunning {max}";
    }

    /// <summary>As the endpoint does: what is repeated was read before.</summary>
    async Task<string> Retry()
    {
        var ended = world.Runs.Where(run => run.HasEnded).ToList();
        if (ended.Count == 0)
            return "nothing to retry";
        var source = ended[random.Next(ended.Count)].Id;
        var from = (RetryFrom)random.Next(3);
        var repeat = new Repeat(world.Stores, new([], new(TimeProvider.System)), new() { Rules = SlotWorld.Rules }, TimeProvider.System);
        var view = await world.Stores.Reader.Find(world.Organization, source, CancellationToken.None);
        if ((await repeat.Of(view!, from, new(world.Organization, "key:test", Scopes.All), CancellationToken.None)).Start is not { } start)
            return $"retry of {Short(source)} from {from} refused";
        await world.Commit(new StartWork([new(start)]));
        return $"retry of {Short(source)} from {from}: {Short(start.Run)}";
    }

    async Task<string> Prune()
    {
        var store = world.Stores.Retention;
        var beyond = random.Next(2) == 0 ? await store.Beyond(world.Organization, 1 + random.Next(20), CancellationToken.None) : null;
        var step = await store.Prune(new(world.Organization, beyond is null ? Moment : null, beyond, 1 + random.Next(100)), Guid.Empty, CancellationToken.None);
        var swept = random.Next(2) == 0 ? await store.Sweep(1 + random.Next(100), CancellationToken.None) : 0;
        return $"{step.Pruned} runs pruned, {swept} rows swept, {await store.PruneDefinitions(100, CancellationToken.None)} definitions";
    }

    /// <summary>Children are started here, by the server's own rule. What is not done comes again at once.</summary>
    async Task<string> FulfilDuties()
    {
        var said = new List<string>();
        for (var i = random.Next(4); i >= 0 && await world.Stores.Duties.Take(1, Moment, CancellationToken.None) is [var duty]; i--)
        {
            await world.Fulfil(duty);
            await world.Check(mayOverfill: false);
            said.Add($"{duty.Kind} of {Short(duty.Run)}");
        }
        return $"duties: {string.Join(", ", said)}";
    }

    Run? Pick(Func<Run, bool>? which = null)
    {
        var live = world.Live.Where(run => which?.Invoke(run) ?? true).ToList();
        return live.Count == 0 ? null : live[random.Next(live.Count)];
    }

    string AnyStep(Run run) => run.Definition.Nodes.Keys.Where(id => id != "root").Order(StringComparer.Ordinal).ElementAt(random.Next(run.Definition.Nodes.Count - 1));

    static (string, Work)? Of(Run? run, string what, Func<Run, ICommand> command) => run is null ? null : Of(run.Id, what, command(run));

    static (string, Work)? Of(Guid run, string what, ICommand command) => ($"{what} {Short(run)}", new CommandWork(null, command));

    static string Short(Guid run) => run.ToString("N")[28..];

    static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    static Definition Calling(string workflow, bool detached = false) => Parse(
        $$"""{ "nodes": { "root": { "type": "manual", "children": ["c"] }, "c": { "type": "workflow", "payload": { "workflow": "{{workflow}}", "detached": {{(detached ? "true" : "false")}} } } } }""");

    static Definition Parse(string json) => Definition.Parse(Encoding.UTF8.GetBytes(json), KindCatalog.BuiltIn).Value!;
}
