using System.Collections.Immutable;
using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>What a start does when its limit is full.</summary>
public enum OnConflict
{
    Queue,
    Reject,
    Supersede,
}

/// <summary>A new run. The only move that has no run before it: <see cref="Decide"/> takes whether its keys have room.</summary>
public sealed record StartRun
{
    public required Guid Run { get; init; }
    public required Guid Organization { get; init; }
    public required Definition Definition { get; init; }
    public string? Workflow { get; init; }
    public int Version { get; init; }
    public ReadOnlyMemory<byte> Input { get; init; }
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public required string Actor { get; init; }
    public int Priority { get; init; }

    /// <summary>For nodes that name no pool; null is the default pool, and for a child what its parent has.</summary>
    public string? Pool { get; init; }

    /// <summary>The keys it needs a slot of; those that an ancestor holds are left out by the caller.</summary>
    public ImmutableArray<string> LimitKeys { get; init; } = [];

    public OnConflict OnConflict { get; init; }
    public TimeSpan? Deadline { get; init; }
    public TimeSpan? QueueTtl { get; init; }

    /// <summary>Micro-credits, above 0.</summary>
    public long? Budget { get; init; }

    public Guid? Parent { get; init; }
    public string? ParentStep { get; init; }
    public bool IsDetached { get; init; }

    /// <summary>The run this one repeats.</summary>
    public Guid? Source { get; init; }

    /// <summary>
    /// The steps of the source that are not done again, by id. Those below one that is done again are, though they stand here. Null: all are.
    /// </summary>
    public ImmutableDictionary<string, Step>? Kept { get; init; }

    /// <summary>What lies beside the run for whoever started it; null for nothing, which is the rule.</summary>
    public Extras? Extras { get; init; }

    /// <summary>JSON, UTF-8, by step: where the first try goes on.</summary>
    public ImmutableDictionary<string, ReadOnlyMemory<byte>> Checkpoints { get; init; } = ImmutableDictionary<string, ReadOnlyMemory<byte>>.Empty;

    public Decision Decide(bool hasRoom, Rules rules, DateTimeOffset now)
    {
        if (!hasRoom && OnConflict is OnConflict.Reject)
            return Answer.Conflict;
        var transition = new Transition(Fresh(rules, now), now);
        transition.Add(new RunEvent(RunEventKind.Created) { Actor = Actor });
        if (Kept is not null)
            transition.Recall(Kept);
        if (!hasRoom && (Kept is null || transition.Run.Open > 0))
            return Block(transition);
        Begin(transition);
        return transition.Seal(Answer.Done);
    }

    Decision Block(Transition transition)
    {
        transition.Set(run => run with { IsBlocked = true, Open = run.Open + 1 });
        if (OnConflict is OnConflict.Supersede)
            transition.Add(new Duty(DutyKind.Supersede));
        return transition.Seal(Answer.Blocked);
    }

    /// <summary>The root has its result, the input; what is below it may begin, or what is below that which is kept.</summary>
    internal static void Begin(Transition transition)
    {
        if (transition.Run.Steps.IsEmpty)
            transition.EnableChildrenOf(Definitions.Definition.RootId);
        else if (transition.Run.MayProgress)
            foreach (var step in transition.Run.Steps.Values.Where(step => step.State is StepState.Ready).ToList())
                transition.Take(step);
        transition.Settle();
    }

    Run Fresh(Rules rules, DateTimeOffset now) => new()
    {
        Id = Run,
        Organization = Organization,
        Definition = Definition,
        Workflow = Workflow,
        Version = Version,
        Input = Input,
        LimitKeys = LimitKeys,
        Priority = Priority,
        Pool = PoolName.Of(Pool),
        Source = Source,
        Parent = Parent,
        ParentStep = ParentStep,
        IsDetached = IsDetached,
        CreatedAt = now,
        ChangedAt = now,
        DeadlineAt = now + Deadline,
        QueueEndsAt = now + QueueTtl,
        Budget = Budget is { } limit ? new(limit, Spent: 0, Rate: 0, now) : null,
        Rules = rules,
    };
}
