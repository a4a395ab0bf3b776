using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Starts;

/// <summary>An ended run never lives again: what goes on is a new one. The old one does not change any more, so nothing is locked.</summary>
static class RetryRun
{
    public static void MapRetryRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/retry", Handle).Needs(Scopes.Start).Takes<RetryRunRequest>()
            .SaysRepeatable("Starts a run that repeats an ended one: from where it failed, from the last checkpoint, or from the start.");

    static async Task<Results<Created<RunDocument>, Ok<RunDocument>, Refusal>> Handle(
        HttpContext http, RunId run, Query query, Caller caller, Repeat repeat, RunCommands commands, SecretBook secrets, IStores stores, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        var key = IdempotencyKey.Of(http.Request, body.Bytes);
        if ((body.Refusal ?? key.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var from = fields.Choice("from", Names.All<RetryFrom>()) ?? RetryFrom.Failure;
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is not { } ended)
            return await stores.Missing(caller, run, cancel);
        var (start, refused) = await repeat.Of(ended, from, caller, cancel);
        if ((refused ?? await secrets.Lacks(caller.Organization, ended.Run.Definition, cancel)) is { } problem)
            return problem;
        var started = await commands.Start([key.Order(start!)]);
        return await StartReply.Of(http, started[0], start!, stores, cancel);
    }
}
