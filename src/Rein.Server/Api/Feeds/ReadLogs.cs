using System.Text;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Problems;

namespace Rein.Server.Api.Feeds;

static class ReadLogs
{
    static readonly Dictionary<string, LogForm> Forms = new() { ["json"] = LogForm.Json, ["text"] = LogForm.Text };

    public static void MapReadLogs(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/logs", Handle).Needs(Scopes.Read).Produces<LogList>().AnswersAlso("text/plain").Says("Reads what a run has written for people.", Parameter.Format("json", "text"), Parameter.Cursor, Parameter.Limit(200, 1000));

    static async Task<IResult> Handle(HttpContext http, RunId run, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var form = query.Choice("format", Forms) ?? (http.Request.Accepts("text/plain") ? LogForm.Text : LogForm.Json);
        var cursor = query.Text("cursor");
        var count = query.Count(200, 1000);
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out ItemPosition after))
            return Cursor.Bad;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is null)
            return await stores.Missing(caller, run, cancel);
        if (form is LogForm.Text)
            return new LogText(run.Value, after, stores.Reader);
        var rows = await stores.Reader.Logs(run.Value, after, count + 1, cancel);
        return TypedResults.Ok(new LogList
        {
            Logs = [.. rows.Take(count).Select(ToDocument)],
            Cursor = rows.Count > count ? Cursor.Of(rows[count - 1].Position) : null,
        });
    }

    static LogDocument ToDocument(LogRow row) => new()
    {
        Step = row.Position.Step,
        Fence = row.Position.Fence,
        Seq = row.Position.Seq,
        At = row.At,
        Text = Encoding.UTF8.GetString(row.Text.Span),
    };

    enum LogForm
    {
        Json,
        Text,
    }
}
