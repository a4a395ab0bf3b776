using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;

namespace Rein.Server.Dialects.B3os.Runs;

static class RunDefinition
{
    public static void MapRunDefinition(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs", Handle).Needs(Scopes.Start).Takes<DefinitionRunParams>().Answers<RunStarted>()
            .Says("Starts a run of a definition that comes with it, and is of no workflow.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, Starts starts, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var (definition, refused) = await starts.Read(fields.Any("definition"), caller.Organization, cancel);
        if (definition is null)
            return refused!;
        (var run, refused) = await starts.Start(new Launch(definition, caller), fields, fields.Any("propValues"), cancel);
        return refused ?? RunWorkflow.Started(run!.Id, fields);
    }
}
