using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class ListRuns
{
    public static void MapListRuns(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs", Handle).Needs(Scopes.Read).Says(
            "Lists runs, newest first.", Parameter.Limit(50, 500), Parameter.Cursor, Parameter.WordsOf("state", "One or some of the states, with commas.", Names.All<RunState>().Keys),
            Parameter.Flag("stopping", "Only runs with a wish that have not ended, or only others."), new("workflow", "Only runs of this workflow."),
            new Parameter("label", "Only runs with this label: `name=value`.") { Pattern = "^[^=]+=" });

    static async Task<Results<Ok<RunList>, Refusal>> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(50, 500);
        var cursor = query.Text("cursor");
        var filter = new RunFilter(caller.Organization, count + 1)
        {
            States = [.. query.Choices("state", Names.All<RunState>())],
            IsStopping = query.Flag("stopping"),
            Workflow = query.Text("workflow"),
            Label = Label(query),
        };
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out Guid? before))
            return Cursor.Bad;
        var runs = await stores.Reader.List(filter with { Before = before }, cancel);
        var blocked = runs.Where(view => view.Run is { IsBlocked: true, HasEnded: false }).Select(view => view.Run.Id).ToList();
        var waits = (await stores.Limits.Waits(blocked, cancel)).ToLookup(wait => wait.Run);
        return TypedResults.Ok(new RunList
        {
            Runs = [.. runs.Take(count).Select(run => run.ToDocument() with { BlockedBy = waits.Contains(run.Run.Id) ? waits[run.Run.Id].ToDocuments() : null })],
            Cursor = runs.Count > count ? Cursor.Of(runs[count - 1].Run.Id) : null,
        });
    }

    static (string Name, string Value)? Label(Query query)
    {
        if (query.Text("label") is not { } text)
            return null;
        if (text.Split('=', 2) is [{ Length: > 0 } name, var value])
            return (name, value);
        query.Refuse<int>("label", "must be NAME=VALUE");
        return null;
    }
}
