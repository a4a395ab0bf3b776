using System.Collections.Immutable;
using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>Reads what is committed. Takes no locks and never waits for a writer. A foreign run and an unknown one are both null.</summary>
public interface IRunReader
{
    Task<RunView?> Find(Guid organization, Guid run, CancellationToken cancel);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<RunView>> List(RunFilter filter, CancellationToken cancel);

    /// <summary>How many runs there are, by how they are.</summary>
    /// <param name="workflow">Only its runs; null for all.</param>
    /// <param name="since">Only runs that were created then or later; null for all.</param>
    Task<IReadOnlyList<RunCount>> Count(Guid organization, string? workflow, DateTimeOffset? since, CancellationToken cancel);

    /// <summary>
    /// What the runs of an organization that were created in a time have used, pruned ones included for as long as they are known: every try that has ended, and
    /// those under way as far as they have come. All of it is of one moment.
    /// </summary>
    Task<UsageLook> Usage(UsageFilter filter, CancellationToken cancel);

    /// <summary>By id, after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<Step>> Steps(Guid run, string? after, int count, CancellationToken cancel);

    /// <summary>Those of these steps that the run has, by id.</summary>
    Task<IReadOnlyList<Step>> Steps(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel);

    /// <summary>JSON, UTF-8; empty for none.</summary>
    Task<ReadOnlyMemory<byte>> Input(Guid run, CancellationToken cancel);

    /// <summary>What these steps have saved last for the next try at them, by step; nothing of those that saved nothing.</summary>
    Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Checkpoints(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel);

    /// <summary>Every attempt ever handed out, earlier tries included, in the order of their fences.</summary>
    Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run, CancellationToken cancel);

    /// <summary>Those of them that are under way.</summary>
    Task<IReadOnlyList<ArchivedAttempt>> OpenAttempts(Guid run, CancellationToken cancel);

    /// <summary>Those of these attempts that were handed out, in no order.</summary>
    Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run, IReadOnlyCollection<(string Step, long Fence)> attempts, CancellationToken cancel);

    Task<IReadOnlyList<AnsweredStop>> StopRequests(Guid run, CancellationToken cancel);

    Task<IReadOnlyList<HashedEntry>> ReceiptEntries(Guid run, CancellationToken cancel);

    /// <summary>Rows after <paramref name="after"/>, ascending: one per commit, with the lines of its decisions.</summary>
    Task<IReadOnlyList<EventRow>> Events(Guid run, long after, int count, CancellationToken cancel);

    Task<IReadOnlyList<Guid>> Children(Guid run, ChildFilter filter, int count, CancellationToken cancel);

    /// <summary>In the order of attempt (fence) and sequence; a cursor is the position of the last row read.</summary>
    Task<IReadOnlyList<ItemRow>> Items(Guid run, ItemPosition after, int count, CancellationToken cancel);

    Task<IReadOnlyList<LogRow>> Logs(Guid run, ItemPosition after, int count, CancellationToken cancel);
}

/// <summary>A run as readers see it: the head without steps, and what lies beside it.</summary>
public sealed record RunView(Run Run, ImmutableSortedDictionary<string, string> Labels, long ItemsSoFar, ExportView? Export);

/// <param name="Cause">Null for runs that have not ended.</param>
public readonly record struct RunCount(RunState State, Cause? Cause, long Runs);

public sealed record RunFilter(Guid Organization, int Count)
{
    public ImmutableArray<RunState> States { get; init; } = [];
    public bool? IsStopping { get; init; }
    public string? Workflow { get; init; }

    /// <summary>Only runs of some workflow, and none of a definition that came with its start.</summary>
    public bool IsOfAWorkflow { get; init; }

    public (string Name, string Value)? Label { get; init; }

    /// <summary>Runs older than this id: ids are in the order of creation.</summary>
    public Guid? Before { get; init; }

    /// <summary>Of runs that have ended and were not stopped: true for those that came through whole, false for those that failed, in part or altogether.</summary>
    public bool? IsWhole { get; init; }

    /// <summary>How many of the newest are passed over. What it passes is read all the same: <see cref="Before"/> goes further for less.</summary>
    public int Skip { get; init; }
}

public enum ChildFilter
{
    /// <summary>Not detached, ended ones included: the tree that a stop concerns.</summary>
    Tree,

    /// <summary>Live and not detached.</summary>
    Live,

    /// <summary>Live, not detached, and without a wish: those a cascade has still to stop.</summary>
    Unstopped,
}

public sealed record EventRow(long Seq, DateTimeOffset At, ImmutableArray<RunEvent> Lines);

/// <param name="Hash">SHA-256 over the entry's canonical form.</param>
/// <param name="Place">In the chain of its organization; null until it is sealed.</param>
public sealed record HashedEntry(int Number, ReceiptEntry Entry, ImmutableArray<byte> Hash, long? Place);

public readonly record struct ItemPosition(long Fence, string Step, long Seq)
{
    public static ItemPosition Start { get; } = new(0, "", 0);
}

public sealed record ItemRow(ItemPosition Position, ReadOnlyMemory<byte> Json);

public sealed record LogRow(ItemPosition Position, DateTimeOffset At, ReadOnlyMemory<byte> Text);
