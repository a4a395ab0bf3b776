using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Asks as the clients of lobstr.io do.</summary>
static class LobstrCalls
{
    public const string Mount = "/lobstr";

    /// <summary>Without a body there is no Content-Type either.</summary>
    /// <param name="path">Behind the mount.</param>
    /// <param name="key">Null for the first key; empty for none.</param>
    public static async Task<LobstrSaid> Lobstr(this TestServer server, string method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new(method), Mount + path);
        if (key is not "")
            request.Headers.TryAddWithoutValidation("Authorization", $"Token {key ?? server.Key}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), response.Headers);
    }

    /// <summary>A squid of a kind of node, with these tasks.</summary>
    public static async Task<string> Squid(this TestServer server, string crawler, params string[] tasks)
    {
        var squid = (await server.Lobstr("POST", "/v1/squids", JsonSerializer.Serialize(new { crawler, name = $"of a test: {crawler}" }))).Ok().Text("id")!;
        if (tasks.Length > 0)
            (await server.Lobstr("POST", "/v1/tasks", $$"""{"squid":"{{squid}}","tasks":[{{string.Join(',', tasks)}}]}""")).Ok();
        return squid;
    }

    public static async Task<LobstrSaid> Start(this TestServer server, string squid) => await server.Lobstr("POST", "/v1/runs", $$"""{"squid":"{{squid}}"}""");

    /// <summary>A run of such a squid whose first task a worker executes by now.</summary>
    public static async Task<string> Begin(this TestServer server, string crawler, params string[] tasks)
    {
        var hash = (await server.Start(await server.Squid(crawler, tasks))).Ok().Text("id")!;
        await server.Client.UntilAssigned(Run(hash), "task[0]");
        return hash;
    }

    /// <summary>A workflow that was saved natively, as a squid.</summary>
    public static async Task<(string Name, string Squid)> SaveNatively(this TestServer server, string kind, string? more = null)
    {
        var name = await server.Save(kind, more);
        return (name, (await server.Client.ReadWorkflow(name, cancel: Cancel)).Id.ToString("N"));
    }

    public static async Task UntilCollected(this TestServer server, string hash, int items)
    {
        while ((await server.Client.ReadItems(Run(hash), cancel: Cancel)).Items.Count < items) { }
    }

    public static async Task UntilExported(this TestServer server, string hash)
    {
        await server.Client.Until(Run(hash), run => run.EndedAt is not null);
        using var export = await server.Client.ReadExport(Run(hash), wait: TimeSpan.FromSeconds(30), cancel: Cancel);
    }

    public static Guid Run(string hash) => Guid.ParseExact(hash, "N");

    public static string Time(DateTimeOffset? time) => time!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Number(decimal number) => Math.Round(number, 4, MidpointRounding.AwayFromZero).ToString("0.0###", CultureInfo.InvariantCulture);
}

/// <param name="Status">Of HTTP.</param>
/// <param name="Raw">The body, letter by letter.</param>
sealed record LobstrSaid(int Status, string Raw, HttpResponseHeaders Headers)
{
    public JsonElement Json { get; } = JsonElement.Parse(Raw);

    public LobstrSaid Ok()
    {
        Assert.True(Status == 200, $"{Status} {Raw}");
        return this;
    }

    public string? Text(string name) => Json.GetProperty(name).GetString();

    public long Whole(string name) => Json.GetProperty(name).GetInt64();

    public bool? Flag(string name) => Json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } flag ? flag.GetBoolean() : null;

    public IReadOnlyList<JsonElement> Data => [.. Json.GetProperty("data").EnumerateArray()];

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
