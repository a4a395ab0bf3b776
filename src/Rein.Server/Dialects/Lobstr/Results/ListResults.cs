using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Results;

/// <summary>What a run, or every run of a squid, has collected.</summary>
static class ListResults
{
    /// <summary>Of a squid with more runs, the newest.</summary>
    const int MostRuns = 1_000;

    /// <summary>What each was given is read for it.</summary>
    const int MostRunsForATask = 100;

    const int RunsAtOnce = 200;

    public static void MapListResults(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/results", Handle).Needs(Scopes.Read).Answers<PageDocument<JsonElement>>().Says(
            "Lists results: of a run, of all runs of a squid, or of a task in them, the newest run first.",
            [new Parameter("squid", "The id of a squid; or"), new Parameter("run", "the id of a run."), new Parameter("task", "Only results of this task; alone, in the runs of its squid."), .. Paging.Asks]);

    static async Task<IResult> Handle(
        HttpRequest request, Query query, Caller caller, SquidBook squids, RunPages pages, ResultPages results, IRunReader reader, Links links, CancellationToken cancel)
    {
        var paging = Paging.Read(query);
        var (hash, run, task) = (query.Text("squid"), query.Text("run"), query.Text("task"));
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        if ((hash ?? run ?? task) is null || (hash is not null && run is not null))
            return Fault.Wrong("squid", "One of 'squid', 'run' and 'task' must be given, and not both 'squid' and 'run'");
        if (run is not null)
            return await pages.Find(caller.Organization, run, cancel) is { } view ? await Answer([view]) : Fault.NoRunAsked("run");
        if (hash is null)
            return await squids.FindByTask(caller.Organization, task!, cancel) is { } found ? await Answer(await RunsOf(found.Squid, MostRunsForATask, reader, cancel)) : Fault.NoTaskAsked;
        var most = task is null ? MostRuns : MostRunsForATask;
        return await squids.Find(caller.Organization, hash, cancel) is { } squid ? await Answer(await RunsOf(squid, most, reader, cancel)) : Fault.NoSquid("squid");

        async Task<IResult> Answer(IReadOnlyList<RunView> runs)
        {
            var (found, total) = await results.Read(runs, task, paging, cancel);
            return Replies.Of(paging.Of(found, total, request, links));
        }
    }

    static async Task<IReadOnlyList<RunView>> RunsOf(Squid squid, int most, IRunReader reader, CancellationToken cancel)
    {
        var runs = new List<RunView>();
        while (runs.Count < most)
        {
            var filter = new RunFilter(squid.Version.Organization, Math.Min(RunsAtOnce, most)) { Workflow = squid.Version.Name, Before = runs.Count == 0 ? null : runs[^1].Run.Id };
            var page = await reader.List(filter, cancel);
            runs.AddRange(page);
            if (page.Count < filter.Count)
                break;
        }
        return runs;
    }
}
