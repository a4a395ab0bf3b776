using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Workflows;

/// <summary>Says what is wrong with a definition. Nothing is saved.</summary>
static class ValidateWorkflow
{
    public static void MapValidateWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/workflows/validate", Handle).Needs(Scopes.Read).Takes<DefinitionParams>().Answers<Validation>()
            .Says("Checks a definition, and saves nothing.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, WorkflowCatalog catalog, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        if (new Fields(body).Any("definition") is not { } written)
            return Refusal.Of(ProblemCodes.BadField, "'definition' is missing: an object with 'nodes'.");
        var parsed = await catalog.Parse(written, caller.Organization, cancel);
        return Replies.Of(new Validation
        {
            Valid = parsed.IsValid,
            Errors = [.. parsed.Faults.Under("/definition").Select(fault => new ErrorDetail { Code = fault.Code, Message = fault.Message, Path = fault.Path })],
        });
    }
}
