using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Dialects.Lobstr.Squids;
using Rein.Server.Dialects.Lobstr.Tasks;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>How far a run is, while it goes on and afterwards.</summary>
static class ReadStats
{
    const string Unknown = "∞";

    public static void MapReadStats(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{run_hash}/stats", Handle).Needs(Scopes.Read).Answers<StatsDocument>().Says("Reads how far a run is.");

    static async Task<IResult> Handle(string run_hash, Caller caller, RunPages pages, TaskPages tasks, IRunReader reader, TimeProvider time, CancellationToken cancel)
    {
        if (await pages.Find(caller.Organization, run_hash, cancel) is not { } view)
            return Fault.NoRun();
        var run = view.Run;
        var given = await tasks.Of(run, cancel);
        var attempts = run.ActiveAttempts == 0 ? [] : await reader.OpenAttempts(run.Id, cancel);
        var spent = Spent.Of(run, attempts, time.GetUtcNow());
        var done = given.Count > 0 && await reader.Steps(run.Id, [SquidDefinition.LoopStep], cancel) is [var loop] ? LoopState.Of(loop.Result)?.Done ?? 0 : 0;
        return Replies.Of(new StatsDocument
        {
            Id = Ids.Of(run.Id),
            Duration = Durations.Text(spent.Time),
            StartedAt = run.StartedAt ?? run.CreatedAt,
            EndedAt = run.EndedAt,
            Eta = run.HasEnded || done == 0 ? Unknown : Durations.Text(spent.Time / done * (given.Count - done)),
            IsDone = run.HasEnded,
            PercentDone = Percent(run, done, given.Count),
            TotalResults = view.ItemsSoFar,
            TotalTasks = given.Count,
            TotalTasksDone = done,
            TotalTasksLeft = given.Count - done,
            CurrentTask = Current(attempts, given) ?? "",
            ResultsTotal = run.HasEnded ? view.ItemsSoFar : null,
            ResultsDone = view.ItemsSoFar,
            UpdatedAt = run.ChangedAt,
        });
    }

    static string Percent(Run run, int done, int total) => total == 0 ? run.HasEnded ? "100%" : "0%" : $"{done * 100L / total}%";

    static string? Current(IEnumerable<ArchivedAttempt> attempts, IReadOnlyList<RunTask> tasks) =>
        attempts.Select(one => SquidDefinition.TaskOf(one.Step)).OfType<int>()
            .Where(index => index < tasks.Count).Order().Select(index => tasks[index].Id).FirstOrDefault();
}
