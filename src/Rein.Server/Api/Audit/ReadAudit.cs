using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Audit;

static class ReadAudit
{
    public static void MapReadAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/audit", Handle).Needs(Scopes.Admin).Says(
            "Tells who did what, newest first.", new("action", "Only this, e.g. `key_created`.") { Words = [.. Names.All<AuditAction>().Keys.Order(StringComparer.Ordinal)] }, new("actor", "Only by this one, e.g. `key:ops`."),
            new("target", "Only of this, e.g. `workflow:inventory`."), Parameter.Moment("since", "From this moment on."), Parameter.Moment("until", "Before this moment."), Parameter.Limit(100, 500),
            Parameter.Cursor);

    static async Task<Results<Ok<AuditList>, Refusal>> Handle(Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(100, 500);
        var cursor = query.Text("cursor");
        var wanted = new AuditQuery(
            caller.Organization, count + 1, null, query.Choice("action", Names.All<AuditAction>()), query.Text("actor"), query.Text("target"),
            query.Moment("since"), query.Moment("until"));
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out long? before))
            return Cursor.Bad;
        var lines = await stores.Audit.List(wanted with { Before = before }, cancel);
        return TypedResults.Ok(new AuditList
        {
            Entries = [.. lines.Take(count).Select(ToDocument)],
            Cursor = lines.Count > count ? Cursor.Of(lines[count - 1].Number) : null,
        });
    }

    static AuditDocument ToDocument(AuditLine line) => new()
    {
        Number = line.Number,
        At = line.At,
        Actor = line.Entry.Actor,
        Action = Names.Of(line.Entry.Action),
        Target = line.Entry.Target,
        Detail = line.Entry.Detail,
        RequestId = line.Entry.Request,
    };
}
