using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Stores;

/// <summary>Where runs are written. All lifecycle changes go through one <see cref="IUnit"/> at a time and lane.</summary>
public interface IRunStore
{
    /// <summary>How many units may be open at once. SQLite has one writer; PostgreSQL takes 1 to 4 lanes.</summary>
    int MaxLanes { get; }

    Task<IUnit> Begin(CancellationToken cancel);
}

/// <summary>
/// One transaction: lock what the commands touch, decide, write, commit. Disposed without a commit, nothing happened.
/// Locks are taken in one order: runs ascending, limits ascending, the rest only where nobody else holds it.
/// </summary>
public interface IUnit : IAsyncDisposable
{
    /// <summary>The store's clock, read with or before the first lock.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Locks and loads heads, without steps. With <paramref name="wait"/> false, runs that another unit holds are skipped.</summary>
    Task<LockedRuns> LockRuns(IReadOnlyCollection<Guid> runs, bool wait, CancellationToken cancel);

    /// <summary>Loads the slices of locked runs. The lock is that of their steps too: the item counts of open attempts are final.</summary>
    /// <returns>The runs in the order given, with <see cref="Run.Steps"/> filled.</returns>
    Task<IReadOnlyList<Run>> LoadSlices(IReadOnlyList<(Run Run, Slice Slice)> slices, CancellationToken cancel);

    /// <summary>An earlier try that made place for a later one; null where there is none.</summary>
    Task<Attempt?> FindArchived(Guid run, string step, long fence, CancellationToken cancel);

    /// <summary>Locks the limits, ascending. A key without a limit is not in the answer: it has room for everybody.</summary>
    Task<IReadOnlyDictionary<LimitKey, Limit>> LockLimits(IReadOnlyCollection<LimitKey> keys, CancellationToken cancel);

    /// <summary>
    /// The next blocked runs under a key, by priority and then age, without those that another key holds back whose limit is full: behind them others
    /// may have room.
    /// </summary>
    /// <param name="known">Limits as the unit has left them so far, in place of what is stored of them; of other organizations they say nothing.</param>
    Task<IReadOnlyList<Guid>> NextBlocked(LimitKey key, int count, IReadOnlyCollection<Limit> known, CancellationToken cancel);

    /// <summary>Ready steps for a session, in turns among organizations, then by priority and age. Rows that another unit holds are skipped.</summary>
    Task<IReadOnlyList<ReadyStep>> NextReady(ReadyQuery query, CancellationToken cancel);

    /// <summary>What earlier starts with these idempotency keys answered.</summary>
    Task<IReadOnlyDictionary<StartKey, StartedBefore>> FindStarts(IReadOnlyCollection<StartKey> keys, CancellationToken cancel);

    /// <summary>The latest checkpoint of each of these steps of locked runs, whichever try made it, as JSON; where there is none, nothing.</summary>
    Task<IReadOnlyDictionary<(Guid Run, string Step), ReadOnlyMemory<byte>>> FindCheckpoints(IReadOnlyCollection<(Guid Run, string Step)> steps, CancellationToken cancel);

    /// <summary>Appends items, log chunks and marks to locked runs, under their fences, in the order given: all of one entry, or nothing of it.</summary>
    Task<IReadOnlyList<Appended>> Append(IReadOnlyList<Append> entries, CancellationToken cancel);

    /// <summary>Writes everything and commits. After it returns the change is durable.</summary>
    Task Commit(ChangeSet changes, CancellationToken cancel);
}

public sealed record LockedRuns(IReadOnlyDictionary<Guid, Run> Runs, IReadOnlyList<Guid> Skipped);

public readonly record struct LimitKey(Guid Organization, string Key)
{
    const string Workflow = "workflow:";

    /// <summary>What the runs of a workflow count under while it says how many may run. Only saving it sets this limit.</summary>
    public static LimitKey OfWorkflow(Guid organization, string workflow) => new(organization, Workflow + workflow);

    /// <summary>The workflow whose limit this is; null for any other key.</summary>
    public static string? WorkflowOf(string key) => key.StartsWith(Workflow, StringComparison.Ordinal) ? key[Workflow.Length..] : null;
}

/// <param name="Max">At least 0; 0 admits nobody.</param>
/// <param name="Held">Live holders. Above <paramref name="Max"/> only after the maximum was lowered.</param>
public sealed record Limit(LimitKey Key, int Max, int Held)
{
    public int Room => Max - Held;
}

/// <param name="Pool">Null is the default pool.</param>
/// <param name="Organization">Null for a session that serves every organization: the embedded worker.</param>
public sealed record ReadyQuery(string? Pool, Guid? Organization, ImmutableArray<string> Kinds, int Count)
{
    /// <summary>Organizations of which nothing is taken.</summary>
    public ImmutableArray<Guid> Without { get; init; } = [];
}

public sealed record ReadyStep(Guid Run, string Step, Guid Organization);

public readonly record struct StartKey(Guid Organization, string Key);

/// <param name="Digest">SHA-256 over the request that used the key first.</param>
public sealed record StartedBefore(ImmutableArray<byte> Digest, Guid Run);

public enum AppendKind
{
    Item,
    Log,

    /// <summary>A mark: how far the attempt is, for people. Only the latest is kept, and a later try has none of the one before.</summary>
    Progress,

    /// <summary>A mark: from where the next try at the step goes on. Only the latest of all tries is kept.</summary>
    Checkpoint,
}

public static class AppendKinds
{
    extension(AppendKind kind)
    {
        /// <summary>It takes the place of the one before.</summary>
        public bool IsMark => kind is AppendKind.Progress or AppendKind.Checkpoint;
    }
}

/// <summary>
/// Rows of one attempt, numbered from <paramref name="FirstSeq"/>, each a JSON value (items, marks) or a chunk of text (logs), UTF-8. A mark is one row,
/// and its number grows: one that comes behind a later one is acknowledged and changes nothing.
/// </summary>
public sealed record Append(
    AppendKind Kind, Guid Run, string Step, long Fence, long FirstSeq, ImmutableArray<ReadOnlyMemory<byte>> Rows);

/// <param name="HaveUpTo">The last sequence number that is durable once the unit is committed; 0 for none.</param>
/// <param name="IsFenced">The attempt is closed or the fence old: nothing was appended.</param>
public sealed record Appended(long HaveUpTo, bool IsFenced);
