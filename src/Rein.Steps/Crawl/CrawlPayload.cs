using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>The payload of a step of kind <c>crawl</c>, after its expressions were replaced.</summary>
/// <param name="Fields">By name: a selector, or an object that says more.</param>
/// <param name="Links">The elements whose <c>href</c> is followed.</param>
/// <param name="UserAgent">Null is <see cref="Web.Agent.Default"/>.</param>
sealed record CrawlPayload(
    JsonElement StartUrls,
    int MaxDepth = 3,
    int MaxPages = 100,
    IReadOnlyDictionary<string, JsonElement>? Fields = null,
    string Links = "a[href], area[href]",
    int Concurrency = 4,
    int DelayMs = 250,
    int MaxPageBytes = 2_000_000,
    double PageTimeoutSeconds = 30,
    string? UserAgent = null)
{
    const int MostStarts = 100;

    public static CrawlPayload Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, CrawlJson.Default.CrawlPayload)!;

    public string Agent => UserAgent ?? Web.Agent.Default;

    /// <exception cref="WebTrouble">An expression made something else of them.</exception>
    public IReadOnlyList<PageUrl> Starts()
    {
        if (StartUrls.ValueKind is not JsonValueKind.Array || StartUrls.GetArrayLength() is 0 or > MostStarts)
            throw new WebTrouble($"'startUrls' became no array of 1 to {MostStarts} URLs");
        return [.. StartUrls.EnumerateArray().Select(Start).Distinct()];
    }

    static PageUrl Start(JsonElement element) =>
        element.ValueKind is JsonValueKind.String && Uri.TryCreate(element.GetString(), UriKind.Absolute, out var url) && PageUrl.Of(url) is { } page
            ? page
            : throw new WebTrouble("one of 'startUrls' became no absolute URL of http or https without user and password in it");
}

/// <summary>One field of <see cref="CrawlPayload.Fields"/>, where it is an object.</summary>
/// <param name="Attribute">Null is the text of the element.</param>
/// <param name="All">An array of all that are found, instead of the first.</param>
sealed record CrawlField(string Selector, string? Attribute = null, bool All = false);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CrawlPayload))]
[JsonSerializable(typeof(CrawlField))]
sealed partial class CrawlJson : JsonSerializerContext;
