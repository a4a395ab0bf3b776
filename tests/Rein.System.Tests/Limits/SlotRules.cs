using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.System.Tests.Limits;

/// <summary>What a run counts under that the server itself started, or started again: as the page of limits says it, told apart from who says it in the server.</summary>
sealed class SlotRules(Guid organization)
{
    readonly HashSet<Guid> seen = [];

    /// <summary>Looks at those that are new; and at all of them for one that waits for whoever waits for it.</summary>
    public async Task Check(IStores stores, IReadOnlyList<Run> runs)
    {
        var byId = runs.ToDictionary(run => run.Id);
        foreach (var run in runs)
            if (seen.Add(run.Id) && await Expected(run, byId, stores) is { } keys && !keys.ToHashSet().SetEquals(run.LimitKeys))
                throw new SlotException($"{run.Id} of {run.Workflow}, below {run.Parent}, after {run.Source}, counts under [{string.Join(", ", run.LimitKeys)}] instead of [{string.Join(", ", keys)}]");
        foreach (var run in runs.Where(run => run is { HasEnded: false, IsBlocked: true }))
            foreach (var above in WhoWaitFor(run, byId).Where(above => above.HoldsSlots))
                if (above.LimitKeys.Intersect(run.LimitKeys).FirstOrDefault() is { } key)
                    throw new SlotException($"{run.Id} waits for a slot of {key}, and {above.Id}, which holds one, waits for it");
    }

    /// <summary>Null: whoever started it named them.</summary>
    async Task<IReadOnlyList<string>?> Expected(Run run, Dictionary<Guid, Run> byId, IStores stores)
    {
        if (run.Source is { } source)
            return [.. byId[source].LimitKeys.Where(key => LimitKey.WorkflowOf(key) is null), .. await Own(run, stores)];
        if (run.Parent is null || run is { ParentStep: null, IsDetached: false })
            return null;
        var own = await Own(run, stores);
        return WhoWaitFor(run, byId).Any(above => above.HoldsSlots && above.LimitKeys.Intersect(own).Any()) ? [] : own;
    }

    async Task<IReadOnlyList<string>> Own(Run run, IStores stores) =>
        run.Workflow is { } name && (await stores.Workflows.Find(organization, name, null, CancellationToken.None))?.MaxRunningNow is not null ? [$"workflow:{name}"] : [];

    static IEnumerable<Run> WhoWaitFor(Run run, Dictionary<Guid, Run> byId)
    {
        while (run is { Parent: { } parent, ParentStep: not null } && byId.TryGetValue(parent, out var above))
            yield return run = above;
    }
}
