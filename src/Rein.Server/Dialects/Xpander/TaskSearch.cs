using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Which tasks are wanted.</summary>
sealed record TaskFilter
{
    /// <summary>The name of a workflow.</summary>
    public string? Workflow { get; init; }

    public string? UserId { get; init; }
    public Guid? Parent { get; init; }

    /// <summary>The run that this is the chosen id of.</summary>
    public Guid? ParentRun { get; init; }

    public string? TriggeringAgent { get; init; }
    public StatusFilter? Status { get; init; }
    public string? InternalStatus { get; init; }

    /// <summary>Only runs in these states can fit: the store passes over the others. Null for all; of none nothing fits.</summary>
    public IReadOnlyList<RunState>? States => (Status, InternalStatus) switch
    {
        (null, null) => null,
        ({ } status, null) => [status.State],
        (null, { } inner) => Statuses.StatesOf(inner),
        ({ } status, { } inner) => [.. Statuses.StatesOf(inner).Where(state => state == status.State)],
    };

    /// <summary>The heads of runs say it all, and the database has counted them. Which of those that failed are errors stands beside them.</summary>
    public bool IsOfHeads => (UserId, Parent, TriggeringAgent, InternalStatus) is (null, null, null, null) && Status is not { State: RunState.Failed };
}

/// <param name="Runs">A page of them, newest first.</param>
/// <param name="Total">How many there are altogether, as far as it is looked.</param>
sealed record TasksFound(IReadOnlyList<Run> Runs, int Total);

/// <summary>
/// Goes through the newest runs of an organization as far as the page, and lets the database count. What is deleted, and most of what can be asked for, stands beside the
/// runs, where no index is: for that it goes on and counts itself, but only so far.
/// </summary>
sealed class TaskSearch(IStores stores)
{
    public const int MostLookedAt = 10_000;
    const int AtOnce = 100;

    /// <summary>What is below a task began behind it, but maybe at a node whose clock is as far behind.</summary>
    static readonly TimeSpan s_margin = TimeSpan.FromMinutes(10);

    /// <param name="skip">How many of those that fit are passed over.</param>
    public async Task<TasksFound> Find(Guid organization, TaskFilter wanted, int skip, int count, CancellationToken cancel)
    {
        if (wanted.States is [])
            return new([], 0);
        var filter = new RunFilter(organization, AtOnce) { Workflow = wanted.Workflow, States = [.. wanted.States ?? []] };
        var oldest = await Oldest(organization, wanted, cancel);
        var counted = wanted.IsOfHeads ? await Count(organization, wanted, cancel) : null;
        if (counted is { } most && skip >= Math.Min(most, MostLookedAt))
            return new([], (int)Math.Min(most, MostLookedAt));
        var (runs, total, hidden) = (new List<Run>(), 0, 0);
        for (var looked = 0; looked < MostLookedAt; looked += AtOnce)
        {
            var views = await stores.Reader.List(filter, cancel);
            var extras = await stores.Extras.Of([.. views.Select(view => view.Run.Id)], cancel);
            foreach (var run in views.Select(view => view.Run))
                if (!Fits(run, RunBeside.Of(extras.GetValueOrDefault(run.Id)), wanted))
                    hidden++;
                else if (total++ >= skip && runs.Count < count)
                    runs.Add(run);
            if (views.Count < AtOnce || views[^1].Run.CreatedAt < oldest)
                break;
            // What lies behind the page is counted, and not read. Those that are deleted there count too.
            if (counted is { } all && runs.Count == count)
                return new(runs, (int)Math.Max(Math.Min(all, MostLookedAt) - hidden, total));
            filter = filter with { Before = views[^1].Run.Id };
        }
        return new(runs, total);
    }

    /// <returns>What was created before is none of them; null where nobody can say.</returns>
    async Task<DateTimeOffset?> Oldest(Guid organization, TaskFilter wanted, CancellationToken cancel) =>
        (wanted.ParentRun ?? wanted.Parent) is { } parent && await stores.Reader.Find(organization, parent, cancel) is { } above ? above.Run.CreatedAt - s_margin : null;

    async Task<long?> Count(Guid organization, TaskFilter wanted, CancellationToken cancel) =>
        (await stores.Reader.Count(organization, wanted.Workflow, since: null, cancel)).Where(count => wanted.Status is not { } status || count.State == status.State).Sum(count => count.Runs);

    static bool Fits(Run run, RunBeside beside, TaskFilter wanted)
    {
        var later = beside.LaterOf(run.Id);
        return !later.IsDeleted
            && Is(wanted.UserId, beside.Asked?.UserId)
            && Is(wanted.TriggeringAgent, beside.Asked?.TriggeringAgentId)
            && (wanted.Parent is not { } parent || run.Parent == parent || (wanted.ParentRun is not null && wanted.ParentRun == run.Parent) || Is(parent.ToString(), beside.Asked?.Parent))
            && Is(wanted.InternalStatus, Statuses.Inner(run))
            && Is(wanted.Status?.Status, Statuses.Of(run, later.Status));
    }

    static bool Is(string? wanted, string? value) => wanted is null || string.Equals(wanted, value, StringComparison.OrdinalIgnoreCase);
}
