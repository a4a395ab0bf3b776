using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Organizations;

static class ReadBalance
{
    public static void MapReadBalance(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/organizations/{orgId}/cu", Handle).Needs(Scopes.Read).Answers<BalanceDocument>()
            .Says("Reads the balance of compute units of the organization that the key is of.");

    /// <summary>An organization that is another's and one that nobody has are answered alike.</summary>
    static async Task<IResult> Handle(string orgId, Caller caller, ComputeUnits units, CancellationToken cancel) =>
        Ids.ReadOrganization(orgId) == caller.Organization
            ? Replies.Of(await units.Read(caller.Organization, cancel))
            : B3osProblems.Refuse(StatusCodes.Status404NotFound, $"There is no organization '{Shown.Of(orgId)}'.");
}
