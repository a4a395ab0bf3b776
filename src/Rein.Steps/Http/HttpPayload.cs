using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Steps.Web;

namespace Rein.Steps.Http;

/// <summary>The payload of a step of kind <c>http</c>, after its expressions were replaced.</summary>
/// <param name="AcceptStatus">Statuses, and classes of them; null is 2xx.</param>
/// <param name="TimeoutSeconds">The policy's, which the worker sees to. Without one the request has a time of its own.</param>
sealed record HttpPayload(
    string Url,
    string Method = "GET",
    IReadOnlyDictionary<string, string>? Headers = null,
    JsonElement? Body = null,
    IReadOnlyList<JsonElement>? AcceptStatus = null,
    int MaxRedirects = 5,
    int MaxResponseBytes = 1_000_000,
    double? TimeoutSeconds = null)
{
    public static HttpPayload Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, HttpJson.Default.HttpPayload)!;

    /// <exception cref="WebTrouble">An expression made something else of it.</exception>
    public Uri Target() =>
        Uri.TryCreate(Url, UriKind.Absolute, out var url) && Redirect.IsWeb(url)
            ? url
            : throw new WebTrouble("'url' became no absolute URL of http or https without user and password in it");

    public bool Accepts(int status) => AcceptStatus is null
        ? status is >= 200 and <= 299
        : AcceptStatus.Any(accepted => accepted.ValueKind is JsonValueKind.Number ? accepted.GetInt32() == status : accepted.GetString()![0] - '0' == status / 100);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HttpPayload))]
sealed partial class HttpJson : JsonSerializerContext;
