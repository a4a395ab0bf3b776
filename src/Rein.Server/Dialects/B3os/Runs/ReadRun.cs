using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Runs;

static class ReadRun
{
    public static void MapReadRun(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{id}", Handle).Needs(Scopes.Read).Answers<RunDocument>().Says(
            "Reads a run.", Parameter.Flag("summary", "Without `executionState` and `workflowDefinition`."), new Parameter("nodeIds", "Only these nodes, with commas."));

    static async Task<IResult> Handle(string id, Query query, Caller caller, RunPages pages, CancellationToken cancel)
    {
        var wanted = new Wanted(query.Flag("summary") is true, query.Text("nodeIds")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        if (query.RefusalOfKnown() is { } refusal)
            return refusal;
        return await pages.Find(caller.Organization, id, cancel) is { } view ? Replies.Of(await pages.Read(view.Run, wanted, cancel)) : NotFound(id);
    }

    /// <summary>An id that is none, one that nobody has, and one of somebody else are answered alike.</summary>
    public static Refusal NotFound(string id) => Refusal.Of(ProblemCodes.RunNotFound, $"There is no run '{Shown.Of(id)}'.");
}
