using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Organizations;

static class ListOrganizations
{
    public static void MapListOrganizations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/organizations", Handle).NeedsOperator().Says("Lists the organizations by name; for the operator of the installation.", Parameter.Limit(100, 500), Parameter.Cursor);

    static async Task<Results<Ok<OrganizationList>, Refusal>> Handle(Query query, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(100, 500);
        var cursor = query.Text("cursor");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out string? after))
            return Cursor.Bad;
        var found = await stores.Keys.ListOrganizations(after, count + 1, cancel);
        return TypedResults.Ok(new OrganizationList
        {
            Organizations = [.. found.Take(count).Select(one => new OrganizationDocument { Id = one.Id, Name = one.Name, CreatedAt = one.CreatedAt })],
            Cursor = found.Count > count ? Cursor.Of(found[count - 1].Name) : null,
        });
    }
}
