using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Pools;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class ListSteps
{
    public static void MapListSteps(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/steps", Handle).Needs(Scopes.Read).Says("Lists the steps of a run.", Parameter.Limit(200, 1000), Parameter.Cursor);

    static async Task<Results<Ok<StepList>, Refusal>> Handle(
        RunId run, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(200, 1000);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out string? after))
            return Cursor.Bad;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is not { } view)
            return await stores.Missing(caller, run, cancel);
        var steps = await stores.Reader.Steps(run.Value, after, count + 1, cancel);
        var notes = await StepNotes.Of(stores, view.Run, steps, cancel);
        return TypedResults.Ok(new StepList
        {
            Steps = [.. steps.Take(count).Select(step => step.ToDocument(notes))],
            Cursor = steps.Count > count ? Cursor.Of(steps[count - 1].Id) : null,
        });
    }
}
