using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Operations;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Organizations;

/// <summary>A tenant with its first key, which has the scopes of the one that made it: nobody gives what he does not have.</summary>
static partial class CreateOrganization
{
    const string FirstKey = "admin";

    public static void MapCreateOrganization(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/organizations", Handle).NeedsOperator().Takes<CreateOrganizationRequest>().Says("Makes an organization, with its first key; for the operator of the installation.");

    static async Task<Results<Created<OrganizationDocument>, Refusal>> Handle(
        HttpContext http, Query query, Caller caller, KeyRing keys, IStores stores, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var name = fields.Text("name", 100);
        if (name is null)
            fields.Missing("name", "what the organization is called");
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        if (!WellFormed().IsMatch(name!))
            return Refusal.Of(ProblemCodes.BadName, "An organization's name is 1 to 100 letters, digits, '.', '_' or '-', beginning with a letter or digit.");
        var (drawn, text) = keys.New(Guid.Empty, FirstKey, caller.Scopes);
        var key = drawn with { Organization = Guid.CreateVersion7(drawn.CreatedAt) };
        var audit = http.Note(caller, AuditAction.OrganizationCreated, $"organization:{key.Organization}", $"'{name}'");
        if (!await stores.Keys.Found(name!, key, audit, cancel))
            return Refusal.Of(ProblemCodes.NameTaken, $"There is an organization '{name}'.");
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new OrganizationDocument
        {
            Id = key.Organization, Name = name!, CreatedAt = key.CreatedAt, Key = key.ToDocument() with { Key = text },
        });
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial System.Text.RegularExpressions.Regex WellFormed();
}
