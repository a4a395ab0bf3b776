using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Items;
using Rein.Server.Problems;

namespace Rein.Server.Api.Feeds;

static class ReadItems
{
    public static void MapReadItems(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/items", Handle).Needs(Scopes.Read).Produces<ItemList>().AnswersAlso(Wire.Ndjson, "text/csv").Says("Reads what a run has collected.", Parameter.Format("json", "ndjson", "csv"), Parameter.Cursor, Parameter.Limit(200, 1000));

    static async Task<IResult> Handle(HttpContext http, RunId run, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var form = query.Choice("format", ItemForms.Words) ?? Accepted(http.Request);
        var cursor = query.Text("cursor");
        var count = query.Count(200, 1000);
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out ItemPosition after))
            return Cursor.Bad;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is null)
            return await stores.Missing(caller, run, cancel);
        if (form is not ItemForm.Json)
            return await ItemStream.Open(run.Value, after, form, stores.Reader, cancel);
        var rows = await stores.Reader.Items(run.Value, after, count + 1, cancel);
        return TypedResults.Ok(new ItemList
        {
            Items = [.. rows.Take(count).Select(ToDocument)],
            Cursor = rows.Count > count ? Cursor.Of(rows[count - 1].Position) : null,
        });
    }

    static ItemForm Accepted(HttpRequest request) =>
        request.Accepts("ndjson") ? ItemForm.Ndjson : request.Accepts("text/csv") ? ItemForm.Csv : ItemForm.Json;

    static ItemDocument ToDocument(ItemRow row) => new()
    {
        Step = row.Position.Step,
        Fence = row.Position.Fence,
        Seq = row.Position.Seq,
        Value = JsonElement.Parse(WireJson.Mended(row.Json).Span),
    };
}
