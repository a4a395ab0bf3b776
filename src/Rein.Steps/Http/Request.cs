using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Rein.Steps.Web;

namespace Rein.Steps.Http;

/// <summary>What is sent: at first as the payload says, then where and as a redirect says.</summary>
sealed record Request(Uri Url, HttpMethod Method, IReadOnlyDictionary<string, string> Headers, JsonElement? Body)
{
    static readonly string[] HarmlessHeaders = ["Accept", "Accept-Language", "Content-Type", "User-Agent"];

    static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public static Request Of(HttpPayload payload) => new(payload.Target(), new(payload.Method), payload.Headers ?? None, payload.Body);

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(Method, Url) { Content = Content() };
        foreach (var (name, value) in Headers)
            if (!Takes(message, name, value))
                throw new WebTrouble($"the header '{name}' became none that can be sent");
        if (!message.Headers.Contains("User-Agent"))
            message.Headers.TryAddWithoutValidation("User-Agent", Agent.Default);
        return message;
    }

    /// <summary>A text goes as it is, everything else as JSON.</summary>
    ByteArrayContent? Content()
    {
        if (Body is not { } body)
            return null;
        var isText = body.ValueKind is JsonValueKind.String;
        var content = new ByteArrayContent(isText ? Encoding.UTF8.GetBytes(body.GetString()!) : JsonMarshal.GetRawUtf8Value(body).ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(isText ? "text/plain" : "application/json", isText ? "utf-8" : null);
        return content;
    }

    /// <summary>Without validation: what a service calls for may be odd. What ends the line never gets here.</summary>
    static bool Takes(HttpRequestMessage message, string name, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            return false;
        if (message.Headers.TryAddWithoutValidation(name, value))
            return true;
        message.Content?.Headers.Remove(name);
        // One that belongs to a body and has none is left out.
        return message.Content?.Headers.TryAddWithoutValidation(name, value) ?? true;
    }

    /// <summary>As browsers do: what was asked for by POST is fetched where the answer is, and another origin is told no secrets.</summary>
    /// <exception cref="WebTrouble">It leads where no request of this kind may go.</exception>
    public Request Follow(Uri target, HttpStatusCode status)
    {
        if (!Redirect.IsWeb(target) || (Url.Scheme == "https" && target.Scheme == "http"))
            throw new WebTrouble($"{Redirect.Place(Url)} redirects to {target.Scheme}:, which is not followed");
        var isFetch = status is HttpStatusCode.SeeOther
            ? Method != HttpMethod.Head
            : Method == HttpMethod.Post && status is HttpStatusCode.Moved or HttpStatusCode.Found;
        var next = this with { Url = target };
        if (isFetch)
            next = next with { Method = HttpMethod.Get, Body = null };
        return Redirect.Place(Url) == Redirect.Place(target) ? next : next with { Headers = Harmless() };
    }

    Dictionary<string, string> Harmless() =>
        Headers.Where(header => HarmlessHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)).ToDictionary();
}
