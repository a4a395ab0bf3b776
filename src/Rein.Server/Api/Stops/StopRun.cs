using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Stops;

static class StopRun
{
    // Whoever may start a run may stop it.
    public static void MapStopRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/stop", Handle).Needs(Scopes.Stop | Scopes.Start).Takes<StopRunRequest>().Says("Stops a run: the wish is durable when this is answered. With `wait`, when it is proved gone.", Parameter.Wait);

    /// <summary>Nothing is read before the command: what it needs to know, the decision knows.</summary>
    static async Task<Results<Ok<StopReply>, Accepted<StopReply>, Refusal>> Handle(
        HttpContext http, RunId run, Query query, Caller caller, RunCommands commands, IStores stores, RunWaiter waiter, ReceiptReader receipts, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        var wait = query.Wait();
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var command = Read(fields, run.Value, caller);
        if (fields.Refusal is { } refusal)
            return refusal;

        using var watch = wait is null ? null : waiter.Watch(run.Value);
        var committed = await commands.Submit(caller.Organization, command);
        if (committed.Run is not { } stopped)
            return NotFound(await stores.Missing(caller, run, cancel));
        if (watch is not null && !IsGone(stopped))
            stopped = (await waiter.Until(watch, caller.Organization, run.Value, view => IsGone(view.Run), wait!.Value, cancel))?.Run ?? stopped;
        return Answer(committed.Answer, await receipts.Read(stopped, cancel), stopped);
    }

    static RequestStop Read(Fields fields, Guid run, Caller caller)
    {
        const double hour = 3600;
        var command = new RequestStop(
            run,
            StopOrigin.Manual,
            caller.Actor,
            fields.Text("reason", 2000) ?? "",
            fields.Seconds("graceSeconds", 0, hour),
            fields.Choice("fence", Names.FenceWords) ?? FenceAt.End,
            fields.Flag("force") ?? false);
        fields.RefuseOthers();
        return command;
    }

    static bool IsGone(Run run) => run is { HasEnded: true, Unproved: 0 };

    static Refusal NotFound(Refusal missing) => new(missing.Problem with { Answer = "not_found" });

    static Results<Ok<StopReply>, Accepted<StopReply>, Refusal> Answer(Answer answer, ReceiptDocument? receipt, Run run)
    {
        // The receipt was read last: the figures of one reply must not contradict each other.
        var hasEnded = receipt is null ? run.HasEnded : receipt.EndedAt is not null;
        var reply = new StopReply
        {
            Answer = Names.Of(answer),
            IsGone = receipt is null ? IsGone(run) : receipt.ProvedAt is not null,
            Unproved = receipt?.Unproved ?? run.Unproved,
            State = receipt?.State ?? Names.Of(run.State),
            Stop = receipt,
        };
        return hasEnded ? TypedResults.Ok(reply) : TypedResults.Accepted((string?)null, reply);
    }
}
