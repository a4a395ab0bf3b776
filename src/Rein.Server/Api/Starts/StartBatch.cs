using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Api.Workflows;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Starts;

static class StartBatch
{
    const int Most = 1000;

    public static void MapStartBatch(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/workflows/{name}/runs:batch", Handle).Needs(Scopes.Start).Takes<StartRunsRequest>().SaysRepeatable("Starts up to 1,000 runs in one transaction, with an answer each.");

    static async Task<Results<Ok<StartRunsReply>, Refusal>> Handle(
        HttpContext http, string name, Query query, Caller caller, WorkflowCatalog catalog, RunCommands commands, SecretBook secrets, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Batch);
        var key = IdempotencyKey.Of(http.Request, body.Bytes);
        if ((body.Refusal ?? key.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        if (await catalog.Latest(caller.Organization, name, cancel) is not { } version)
            return WorkflowName.NotFound(name);
        var fields = new Fields(body);
        var orders = Read(fields, Launch.Of(version, caller), key, commands);
        if ((fields.Refusal ?? await secrets.Lacks(caller.Organization, version.Definition, cancel)) is { } refusal)
            return refusal;
        var started = await commands.Start(orders);
        return TypedResults.Ok(new StartRunsReply { Runs = [.. started.Select(Answer)] });
    }

    static List<StartOrder> Read(Fields fields, Launch launch, IdempotencyKey key, RunCommands commands)
    {
        var runs = fields.List("runs", 1, Most);
        fields.RefuseOthers();
        var orders = new List<StartOrder>(runs.Count);
        foreach (var run in runs)
        {
            var path = $"/runs/{orders.Count}";
            orders.Add(key.Order(launch.Read(new(run, path, fields.Errors), path, commands.NewRun()), orders.Count));
        }
        return orders;
    }

    static BatchStart Answer(Started started) => new()
    {
        Answer = Names.Of(started.Answer),
        RunId = started.Answer is StartAnswer.Conflict or StartAnswer.KeyReused ? null : started.RunId,
        State = Names.Of(started.Run?.State),
    };
}
