using Rein.Core.Runs;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>A run as it is told to people.</summary>
static class Reports
{
    static readonly string s_version = typeof(Reports).Assembly.GetName().Version!.ToString(3);

    public static ReportDocument Of(Run run) => new()
    {
        TaskName = run.Workflow ?? "",
        Status = Statuses.Of(run),
        Description = Join(Beginning(run), Ending(run)),
        CreatedAt = run.CreatedAt,
        UpdatedAt = run.EndedAt ?? run.ChangedAt,
    };

    static string Beginning(Run run)
    {
        var how = run.Parent is null ? "remotely triggered" : "triggered by another run";
        return run.StartedAt is null ? $"Queued ({how})" : $"Execution started with Rein version {s_version} ({how})";
    }

    static string? Ending(Run run) => run.State switch
    {
        RunState.Succeeded when run.Cause is Cause.Partial => $"The run completed in part: {run.ToleratedFailures} of its steps failed.",
        RunState.Succeeded => "The run completed successfully!",
        RunState.Failed => $"The run failed: {run.Error ?? Names.Of(run.Cause)}",
        RunState.Stopped => $"The run was stopped ({Names.Of(run.Cause)}) by {run.Stop?.Actor ?? "nobody"}.{(run.Stop?.Reason is { Length: > 0 } why ? " " + why : "")}",
        _ => null,
    };

    static string Join(string beginning, string? ending) => ending is null ? beginning : $"{beginning}\n\n{ending}";
}
