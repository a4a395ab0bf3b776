using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests;

/// <summary>Drives runs of one organization through a store by the real commands, one unit each, as a committer does.</summary>
public sealed class Driver(IStores stores, Guid organization)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static long latest;

    public Guid Organization => organization;
    public Guid Session { get; } = NewId();

    /// <summary>Later than every id before: two of one millisecond would otherwise stand in any order.</summary>
    public static Guid NewId()
    {
        long before, next;
        do
        {
            before = Volatile.Read(ref latest);
            next = Math.Max(before + 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        }
        while (Interlocked.CompareExchange(ref latest, next, before) != before);
        return Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(next));
    }

    public StartRun Order(Definition? definition = null) =>
        new() { Run = NewId(), Organization = organization, Definition = definition ?? Graphs.OneStep, Actor = "key:test" };

    public Task<Run> Start(Definition? definition = null) => Start(Order(definition));

    /// <summary>Starts a run, where there is room; otherwise it is blocked.</summary>
    public async Task<Run> Start(StartRun start)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        var change = await Decide(unit, start);
        await unit.Commit(new([change]), Cancel);
        return change.After;
    }

    public static async Task<RunChange> Decide(IUnit unit, StartRun start)
    {
        var limits = await unit.LockLimits([.. start.LimitKeys.Select(key => new LimitKey(start.Organization, key))], Cancel);
        var decision = start.Decide(limits.Values.All(limit => limit.Room > 0), Rules.Default, unit.Now);
        return new(null, decision.Change!, start);
    }

    public Task<Run> Do(Guid run, Func<Run, ICommand> command) => Do(run, null, command);

    public Task<Run> Do(ICommand command) => Do(command.Run, null, _ => command);

    /// <summary>Loads what the command needs, decides, and commits what it changes; <paramref name="first"/> is appended before, in the same unit.</summary>
    public async Task<Run> Do(Guid id, Append? first, Func<Run, ICommand> command)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        var head = (await unit.LockRuns([id], wait: true, Cancel)).Runs[id];
        if (first is not null)
            await unit.Append([first], Cancel);
        var (before, decision) = await Decide(unit, head, command);
        if (decision.Change is not { } change)
            throw new InvalidOperationException($"The command was answered {decision.Answer}.");
        await unit.Commit(new([new(before, change)]), Cancel);
        return change.Run;
    }

    public static async Task<(Run Before, Decision Decision)> Decide(IUnit unit, Run head, Func<Run, ICommand> make)
    {
        var command = make(head);
        var before = (await unit.LoadSlices([(head, command.Slice(head.Definition))], Cancel)).Single();
        if (command is ProveAttempt prove)
            command = prove with { Archived = await unit.FindArchived(prove.Run, prove.Step, prove.Fence, Cancel) };
        var decision = command.Decide(before, unit.Now);
        while (decision.Lack is { } lack)
        {
            before = before.Learn((await unit.LoadSlices([(head, lack)], Cancel)).Single(), lack);
            decision = command.Decide(before, unit.Now);
        }
        return (before, decision);
    }

    public async Task<Run> StartAndClaim(Definition? definition = null, string step = "work") => await Claim((await Start(definition)).Id, step);

    public Task<Run> Claim(Guid run, string step = "work") => Do(new ClaimStep(run, step, Session, "worker"));

    public Task<Run> End(Run run, string step = "work", string? result = null, Outcome outcome = Outcome.Succeeded) =>
        Do(new EndAttempt(run.Id, step, Fence(run, step), outcome, Proof.Nothing, result is null ? default(ReadOnlyMemory<byte>?) : Utf8(result), null, 0));

    public Task<Run> Stop(Guid run, bool force = false, TimeSpan? grace = null) =>
        Do(new RequestStop(run, StopOrigin.Manual, "key:ops", "too slow", grace ?? TimeSpan.FromSeconds(10), FenceAt.End, force));

    public async Task<Run> Load(Guid run, Slice? slice = null)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        var head = (await unit.LockRuns([run], wait: true, Cancel)).Runs[run];
        return (await unit.LoadSlices([(head, slice ?? Slice.OpenSteps)], Cancel)).Single();
    }

    public async Task<IReadOnlyList<ReadyStep>> Ready(int count = 10, string? pool = null, Guid? of = null, params string[] kinds)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        return await unit.NextReady(new(pool, of, kinds.Length > 0 ? [.. kinds] : ["hold"], count), Cancel);
    }

    public async Task<Appended> Append(Append entry)
    {
        await using var unit = await stores.Runs.Begin(Cancel);
        await unit.LockRuns([entry.Run], wait: true, Cancel);
        var appended = await unit.Append([entry], Cancel);
        await unit.Commit(new([]), Cancel);
        return appended.Single();
    }

    public static Append Items(Run run, long first, params string[] items) => Rows(AppendKind.Item, run, first, items);

    public static Append Logs(Run run, long first, params string[] chunks) => Rows(AppendKind.Log, run, first, chunks);

    public static long Fence(Run run, string step = "work") => run.Steps[step].Attempt!.Fence;

    public static ReadOnlyMemory<byte> Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte>? utf8) => System.Text.Encoding.UTF8.GetString(utf8!.Value.Span);

    static Append Rows(AppendKind kind, Run run, long first, string[] rows) =>
        new(kind, run.Id, "work", Fence(run), first, [.. rows.Select(Utf8)]);
}
