using System.Text.Json;
using Rein.Protocol.Problems;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Axiom.Viewer;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>Needs no key: pid and password are one. They come in the body, or behind the question mark as older clients have them; then no body is read.</summary>
static class StopRun
{
    public const int ShortestPassword = 1;

    const string Missing = "Missing pid or pw, you must send both: the last two digits of the host in the viewer URL, and the password in it.";

    static readonly Parameter[] s_asks = [new("pid", "The last two digits of the host in the viewer URL, or the host."), new("pw", "The password in the viewer URL.")];

    public static void MapStopRun(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/stop", Handle).Takes<StopParams>().Answers<StoppedDocument>()
            .Says("Stops a run: it reads `Failure`, and its slot is free. One that has ended stays as it is.", s_asks);
        routes.MapGet("/stop", Handle).WithName("stopRunByAddress").Answers<StoppedDocument>().Says("The same, as older clients ask for it.", s_asks);
    }

    static async Task<IResult> Handle(HttpContext http, ViewerLinks links, Stops stops, AxiomSettings settings, CancellationToken cancel)
    {
        var said = ViewerAddress.Parse(http.Request.QueryString.Value ?? "");
        if (said is not { Pid: not null, Password: not null } && HttpMethods.IsPost(http.Request.Method))
        {
            var body = await BodyKey.BodyOf(http);
            var fields = new Fields(body);
            if ((body.Refusal ?? fields.Refusal) is { } unread)
                return unread;
            said = said.Or(In(fields));
        }
        if (said.Password is not { Length: >= ShortestPassword } || !(settings.TakesAnyPid || (said.Pid is { } pid && ViewerLinks.IsPid(pid))))
            return Refusal.Of(ProblemCodes.BadField, Missing);
        if (await links.Open(said, cancel) is not var (caller, link, right))
            return Refusal.Of(ProblemCodes.LinkNotFound);
        return await stops.Stop(http, caller, link) ?? Replies.Of(new StoppedDocument(right));
    }

    /// <summary>What is no text is as good as not said.</summary>
    static ViewerAddress In(Fields fields)
    {
        var pid = Text("pid");
        var said = new ViewerAddress(pid is null ? null : ViewerAddress.PidOf(pid) ?? pid, Text("pw"));
        return Text("viewer_url") is { } url ? said.Or(ViewerAddress.Parse(url)) : said;

        string? Text(string name) => fields.Any(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
    }
}
