using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Axiom.Runs;

static class ReadRunReports
{
    public const int Least = 1;
    public const int Most = 100;

    const int Usual = 5;

    public static void MapReadRunReports(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/run-reports", Handle).Needs(Scopes.Read).Takes<ReportParams>().Answers<Success<ReportList>>()
            .Says($"Lists the latest runs of all automations, the newest first: {Usual} of them, or `count`, at most {Most}.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, IRunReader reader, CancellationToken cancel)
    {
        var body = await BodyKey.BodyOf(http);
        var fields = new Fields(body);
        var count = fields.Whole("count", Least, Most) ?? Usual;
        if ((body.Refusal ?? fields.Refusal) is { } refusal)
            return refusal;
        var runs = await reader.List(new(caller.Organization, count) { IsOfAWorkflow = true }, cancel);
        return Replies.Success(new ReportList([.. runs.Select(view => Reports.Of(view.Run))]));
    }
}
