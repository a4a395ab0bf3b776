using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Lobstr.Squids;
using Rein.Server.Dialects.Lobstr.Tasks;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>What has become of the tasks that a run was given.</summary>
static class ListRunTasks
{
    public static void MapListRunTasks(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runtasks", Handle).Needs(Scopes.Read).Answers<PageDocument<RunTaskDocument>>()
            .Says("Lists the tasks of a run.", [new Parameter("run", "The id of the run."), .. Paging.Asks]);

    static async Task<IResult> Handle(
        HttpRequest request, Query query, Caller caller, RunPages pages, TaskPages tasks, IRunReader reader, Links links, CancellationToken cancel)
    {
        var paging = Paging.Read(query);
        var hash = query.Text("run");
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        if (hash is null)
            return Fault.Wrong("run", "'run' is missing: the id of a run");
        if (await pages.Find(caller.Organization, hash, cancel) is not { } view)
            return Fault.NoRunAsked("run");
        var given = await tasks.Of(view.Run, cancel);
        var asked = Enumerable.Range(0, given.Count).Skip(paging.Skip).Take(paging.Limit).ToList();
        var steps = (await reader.Steps(view.Run.Id, [.. asked.Select(SquidDefinition.StepOf)], cancel)).ToDictionary(step => step.Id, StringComparer.Ordinal);
        // Tries that are over lie elsewhere, and only some tasks have any.
        var tries = steps.Values.Any(step => step.Attempt is { Try: > 1 }) ? await reader.Attempts(view.Run.Id, cancel) : [];
        return Replies.Of(paging.Of(
            [.. asked.Select(index => Of(view.Run, index, given[index], steps.GetValueOrDefault(SquidDefinition.StepOf(index)), tries))], given.Count, request, links));
    }

    static RunTaskDocument Of(Run run, int index, RunTask task, Step? step, IReadOnlyList<ArchivedAttempt> tries)
    {
        var status = Statuses.OfTask(step, run);
        var attempts = step?.Attempt is { Try: > 1 } ? [.. tries.Where(one => one.Step == step.Id).Select(one => one.Attempt)] : step?.Attempt is { } only ? [only] : Array.Empty<Attempt>();
        var results = attempts.Sum(attempt => attempt.Items);
        return new()
        {
            Id = Ids.OfWords(Ids.Of(run.Id), SquidDefinition.StepOf(index)),
            StartedAt = attempts.FirstOrDefault()?.AssignedAt,
            EndedAt = status is Statuses.Pending or Statuses.Running or Statuses.Paused ? null : attempts.LastOrDefault()?.EndedAt,
            TotalResults = results,
            LastResult = results,
            DoneReason = Statuses.ReasonOfTask(status, run),
            Status = status,
            Run = Ids.Of(run.Id),
            Task = task.Id,
            Params = task.Params,
            DoneReasonDesc = step?.Error,
        };
    }
}
