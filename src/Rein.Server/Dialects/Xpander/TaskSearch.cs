using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Which tasks are wanted.</summary>
sealed record TaskFilter
{
    /// <summary>The name of a workflow.</summary>
    public string? Workflow { get; init; }

    public string? UserId { get; init; }
    public string? Parent { get; init; }

    /// <summary>The run that this is the chosen id of.</summary>
    public Guid? ParentRun { get; init; }

    public string? TriggeringAgent { get; init; }
    public StatusFilter? Status { get; init; }
    public string? InternalStatus { get; init; }
}

/// <param name="Runs">A page of them, newest first.</param>
/// <param name="Total">How many there are altogether.</param>
sealed record TasksFound(IReadOnlyList<Run> Runs, int Total);

/// <summary>
/// Goes through the newest runs of an organization, and counts. What is deleted, and most of what can be asked for, stands beside the runs, where no index
/// is: so it goes only so far.
/// </summary>
sealed class TaskSearch(IStores stores)
{
    public const int MostLookedAt = 10_000;
    const int AtOnce = 100;

    /// <param name="skip">How many of those that fit are passed over.</param>
    public async Task<TasksFound> Find(Guid organization, TaskFilter wanted, int skip, int count, CancellationToken cancel)
    {
        var filter = new RunFilter(organization, AtOnce) { Workflow = wanted.Workflow, States = wanted.Status is { } status ? [status.State] : [] };
        var (runs, total) = (new List<Run>(), 0);
        for (var looked = 0; looked < MostLookedAt; looked += AtOnce)
        {
            var views = await stores.Reader.List(filter, cancel);
            var extras = await stores.Extras.Of([.. views.Select(view => view.Run.Id)], cancel);
            foreach (var run in views.Select(view => view.Run).Where(run => Fits(run, RunBeside.Of(extras.GetValueOrDefault(run.Id)), wanted)))
                if (total++ >= skip && runs.Count < count)
                    runs.Add(run);
            if (views.Count < AtOnce)
                break;
            filter = filter with { Before = views[^1].Run.Id };
        }
        return new(runs, total);
    }

    static bool Fits(Run run, RunBeside beside, TaskFilter wanted)
    {
        var later = beside.LaterOf(run.Id);
        return !later.IsDeleted
            && Is(wanted.UserId, beside.Asked?.UserId)
            && Is(wanted.TriggeringAgent, beside.Asked?.TriggeringAgentId)
            && (wanted.Parent is null || Is(wanted.Parent, run.Parent?.ToString()) || (wanted.ParentRun is not null && wanted.ParentRun == run.Parent) || Is(wanted.Parent, beside.Asked?.Parent))
            && Is(wanted.InternalStatus, Statuses.Inner(run))
            && Is(wanted.Status?.Status, Statuses.Of(run, later.Status));
    }

    static bool Is(string? wanted, string? value) => wanted is null || string.Equals(wanted, value, StringComparison.OrdinalIgnoreCase);
}
