using System.Net;

namespace Rein.Steps.Web;

/// <summary>Where an answer sends whoever asked.</summary>
static class Redirect
{
    /// <summary>Null for an answer that is none, or names no place.</summary>
    public static Uri? Of(HttpResponseMessage answer, Uri asked) =>
        answer.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && answer.Headers.Location is { } to && Uri.TryCreate(asked, to, out var target) ? target : null;

    /// <summary>Where it leads, for a person: without what may be a secret in it.</summary>
    public static string Place(Uri url) => url.GetLeftPart(UriPartial.Authority);

    public static bool IsWeb(Uri url) => url is { Scheme: "http" or "https", UserInfo: "" };
}
