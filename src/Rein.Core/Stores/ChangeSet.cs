using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Stores;

/// <summary>What one transaction writes.</summary>
public sealed record ChangeSet(IReadOnlyList<RunChange> Runs)
{
    /// <summary>Idempotency keys used by starts of this set.</summary>
    public IReadOnlyList<(StartKey Key, StartedBefore Start)> StartKeys { get; init; } = [];

    /// <summary>Stop links that come with starts of this set.</summary>
    public IReadOnlyList<StopLink> Links { get; init; } = [];

    /// <summary>Duties this set fulfils: their rows go with it.</summary>
    public IReadOnlyList<long> DutiesDone { get; init; } = [];

    /// <summary>What the audit says of this set: rare, because stops and starts stand in their own rows.</summary>
    public IReadOnlyList<AuditEntry> Audit { get; init; } = [];
}

/// <summary>
/// One run's way through a transaction, however many decisions it took. The rows follow from the difference of
/// <see cref="Before"/> and the run after: the ready queue, held and blocked slots, timers. Nothing else may write them.
/// </summary>
/// <param name="Before">As it was loaded, with its slice; null for a new run.</param>
/// <param name="Start">For a new run: what only its first rows need (input, labels, source, actor).</param>
public sealed record RunChange(Run? Before, Change Change, StartRun? Start = null)
{
    public Run After => Change.Run;

    public bool Held => Before is { HoldsSlots: true };
    public bool Holds => After.HoldsSlots;
    public bool WasBlocked => Before is { IsBlocked: true, HasEnded: false };
    public bool IsBlocked => After is { IsBlocked: true, HasEnded: false };

    /// <summary>Steps that enter the ready queue. A resume offers steps that it does not change.</summary>
    public ImmutableArray<Step> NewlyOffered => field.IsDefault ? field = Moving(offered: true) : field;

    /// <summary>Steps that leave it.</summary>
    public ImmutableArray<Step> NoLongerOffered => field.IsDefault ? field = Before is null ? [] : Moving(offered: false) : field;

    public IEnumerable<Step> Touched => Change.Touched.Select(id => After.Steps[id]);

    /// <summary>Whether the step had a row when the run was loaded.</summary>
    public bool WasThere(string step) => Before?.Steps.ContainsKey(step) is true;

    /// <summary>Items of loops that have begun in this change, and are still to be taken.</summary>
    public IEnumerable<LoopPage> NewPages => HasSamePages ? [] : After.Pages.Except(PagesBefore);

    /// <summary>Pages that were loaded, of which no item is left.</summary>
    public IEnumerable<LoopPage> UsedPages => HasSamePages ? [] : PagesBefore.Except(After.Pages);

    bool HasSamePages => After.Pages == PagesBefore;
    ImmutableArray<LoopPage> PagesBefore => Before?.Pages ?? [];

    public ImmutableArray<Duty> Duties => [.. Change.Effects.OfType<Duty>().Distinct()];

    ImmutableArray<Step> Moving(bool offered)
    {
        List<Step>? moving = null;
        foreach (var (id, step) in After.Steps)
            if (After.Offers(step) == offered && WasOffered(id) != offered)
                (moving ??= []).Add(step);
        return [.. moving ?? []];
    }

    bool WasOffered(string step) => Before is not null && Before.Steps.TryGetValue(step, out var old) && Before.Offers(old);
}
