using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Api.Requests;

namespace Rein.Server.Api.Views;

/// <summary>A run as the API shows it.</summary>
static class RunViews
{
    /// <summary>How many steps come with a run.</summary>
    public const int StepsInline = 200;

    /// <summary>Null where all of them come with it.</summary>
    public static string? CursorBehind(IReadOnlyList<Step> steps) => steps.Count > StepsInline ? Cursor.Of(steps[StepsInline - 1].Id) : null;

    public static RunDocument ToDocument(this RunView view) => view.Run.ToDocument() with
    {
        Labels = view.Labels,
        SourceRunId = view.Run.Source,
        Items = view.ItemsSoFar,
        Export = view.Export?.ToDocument(view.Run),
    };

    public static IReadOnlyList<WaitDocument> ToDocuments(this IEnumerable<Wait> waits) =>
        [.. waits.Select(wait => new WaitDocument { Key = wait.Key, Max = wait.Max, Held = wait.Held, Place = wait.Place > Wait.FarthestPlace ? null : wait.Place })];

    /// <summary>A run that was started just now: all there is of it is at hand.</summary>
    public static RunDocument ToDocument(this Run run, StartRun start)
    {
        List<Step> steps = [.. run.Steps.Values.Where(step => !StepId.IsIndexed(step.Id)).OrderBy(step => step.Id, StringComparer.Ordinal)];
        return run.ToDocument() with
        {
            Labels = start.Labels,
            SourceRunId = start.Source,
            Steps = [.. steps.Take(StepsInline).Select(step => step.ToDocument() with { Loop = StepViews.LoopOf(step, run.Definition) })],
            StepsCursor = CursorBehind(steps),
        };
    }

    /// <summary>What is left of it.</summary>
    public static RunDocument ToDocument(this PrunedRun pruned) => pruned.Run.ToDocument() with { PrunedAt = pruned.At };

    public static UsageDocument UsageOf(Run run) => new() { RunSeconds = run.Used.TotalSeconds, Credits = Credit.ToDecimal(run.Credits) };

    public static bool IsManual(this StopRequest stop) => stop.Origin.IsByHand();

    static RunDocument ToDocument(this Run run) => new()
    {
        Id = run.Id,
        Workflow = run.Workflow,
        Version = run.Workflow is null ? null : run.Version,
        State = Names.Of(run.State),
        Cause = Names.Of(run.Cause),
        Error = run.Error,
        IsStopping = run.IsStopping,
        IsPaused = run.Pause is not null && !run.HasEnded,
        IsBlocked = run.IsBlocked && !run.HasEnded,
        IsCleaningUp = run.IsCleaningUp,
        Priority = run.Priority,
        Pool = run.Pool,
        LimitKeys = run.LimitKeys.IsDefaultOrEmpty ? null : run.LimitKeys,
        Revision = run.Revision,
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        DeadlineAt = run.DeadlineAt,
        Stop = run.Stop is { } stop ? Summary(run, stop) : null,
        Pause = run.Pause is { } pause ? new() { Actor = pause.Actor, Reason = pause.Reason, RequestedAt = pause.RequestedAt } : null,
        Usage = UsageOf(run),
        Budget = run.Budget is { } budget ? BudgetOf(run, budget) : null,
        Items = run.Items,
        ParentRunId = run.Parent,
        Children = run.Children,
    };

    static BudgetDocument BudgetOf(Run run, Budget budget) => new()
    {
        Credits = Credit.ToDecimal(budget.Limit),
        Spent = Credit.ToDecimal(budget.Spent),
        At = budget.MeteredAt,
        PerSecond = Credit.ToDecimal(budget.Rate),
        UsedUpAt = run.Stop is null && !run.HasEnded ? budget.RunsOutAt : null,
    };

    static StopSummary Summary(Run run, StopRequest stop) => new()
    {
        Origin = Names.Of(stop.Origin),
        IsManual = stop.IsManual(),
        Actor = stop.Actor,
        Reason = stop.Reason,
        RequestedAt = stop.RequestedAt,
        Verdict = run.HasEnded ? Names.Of(run.Verdict) : null,
        Unproved = run.Unproved,
    };

    public static ExportDocument ToDocument(this ExportView export, Run run) => new()
    {
        State = Names.Of(export.State),
        Count = export.Manifest?.Items ?? run.Items,
        Distinct = export.Manifest?.Distinct,
        Bytes = export.Manifest?.Bytes,
        Sha256 = export.Manifest?.Sha256,
        IsIncomplete = run.IsIncomplete(),
        At = export.At,
        Error = export.Error,
    };

    /// <summary>Only what ended well has collected everything it would have.</summary>
    public static bool IsIncomplete(this Run run) => run.Cause is not Cause.Completed;
}
