using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Rein.Protocol;
using Rein.Protocol.Problems;

namespace Rein.Server.Api.StopLinks;

/// <summary>The page behind a stop link: a state, a button, and no script. While something can change it looks again by itself.</summary>
static class StopLinkPage
{
    const int LookAgainSeconds = 2;

    const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:10vh auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
        + "h1{font-size:2rem;margin:0 0 .5rem}p{margin:.25rem 0}small{color:#555}"
        + "button{font:inherit;font-weight:600;margin-top:1.5rem;padding:.75rem 1.5rem;border:0;border-radius:.4rem;color:#fff;background:#b3261e;cursor:pointer}"
        + "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}small{color:#aaa}}";

    /// <summary>Nothing is loaded and nothing runs; the one form goes back to where the page came from.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    /// <param name="more">HTML that is shown below how the run is.</param>
    public static string Of(LinkedRunDocument run, string more = "")
    {
        var body = new StringBuilder($"<h1>{Text(Headline(run))}</h1>");
        body.Append("<p>").Append(Text(run.Workflow is { } workflow ? $"A run of {workflow}" : "A run")).Append("</p>");
        body.Append("<p>").Append(Text(Story(run))).Append("</p>").Append(more);
        if (!run.IsGone && !run.IsStopping && run.EndedAt is null)
            body.Append("<form method=\"post\"><button type=\"submit\">Stop this run</button></form>");
        body.Append("<p><small>").Append(Text(run.RunId.ToString())).Append("</small></p>");
        return Frame(body, looksAgain: !run.IsGone);
    }

    public static string Of(Problem problem) =>
        Frame(new($"<h1>{Text(problem.Title)}</h1><p>{Text(ProblemTable.Of(problem.Code).Remedy)}</p>"), looksAgain: false);

    static string Headline(LinkedRunDocument run) => run switch
    {
        { IsStopping: true } => "stopping",
        { EndedAt: not null, IsGone: false } => $"{run.State}, not proved gone yet",
        _ => run.State,
    };

    static string Story(LinkedRunDocument run) => run switch
    {
        { IsStopping: true } => $"The stop was asked for at {Time(run.RequestedAt)}. What has not ended by {Time(run.GraceEndsAt)} is killed.",
        { EndedAt: not null, IsGone: false } =>
            $"It ended at {Time(run.EndedAt)}. Nothing of it counts any more, but nobody has proved yet that {(run.Unproved == 1 ? "its attempt is" : $"its {run.Unproved} attempts are")} gone.",
        { EndedAt: not null, Verdict: { } verdict } => $"It ended at {Time(run.EndedAt)}, and nothing of it executes any more ({verdict}).",
        { EndedAt: not null } => $"It ended at {Time(run.EndedAt)}.",
        { StartedAt: { } started } => $"It has run since {Time(started)}.",
        _ => $"It has waited since {Time(run.CreatedAt)}.",
    };

    static string Time(DateTimeOffset? time) => time is { } known ? $"{known.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "once";

    public static string Text(string text) => HtmlEncoder.Default.Encode(text);

    static string Frame(StringBuilder body, bool looksAgain)
    {
        var again = looksAgain ? $"<meta http-equiv=\"refresh\" content=\"{LookAgainSeconds}\">" : "";
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
            + $"{again}<title>Stop a run</title><style>{Style}</style></head><body><main>{body}</main></body></html>";
    }
}
