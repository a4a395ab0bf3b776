using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Starts;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>A start that is answered when the run has ended, or after a minute: then the run goes on, and the answer says so.</summary>
static class RunAndWait
{
    const int MostNodes = 20;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static void MapRunAndWait(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs/sync", Handle).Needs(Scopes.Start, also: Scopes.Read).Takes<WaitedRunParams>().Answers<RunFinished>()
            .Says("Starts a run of a definition of at most 20 nodes, and waits for its end, at most a minute.");

    static async Task<IResult> Handle(
        HttpContext http, Caller caller, Starts starts, RunPages pages, RunWaiter waiter, TimeProvider time, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var (definition, refused) = await starts.Read(fields.Any("definition"), caller.Organization, cancel);
        if (definition is null)
            return refused!;
        if (definition.Nodes.Count > MostNodes)
            return Refusal.Of(ProblemCodes.BadField, $"A run that is waited for has at most {MostNodes} nodes; this has {definition.Nodes.Count}.");
        (var run, refused) = await starts.Start(new Launch(definition, caller), fields, fields.Any("propValues"), cancel);
        if (refused is not null)
            return refused;
        using var watch = waiter.Watch(run!.Id);
        var view = await waiter.Until(watch, caller.Organization, run.Id, seen => seen.Run.HasEnded, Longest, cancel);
        return Replies.Of(await pages.ReadFinished(view?.Run ?? run, time.GetUtcNow(), cancel));
    }
}
