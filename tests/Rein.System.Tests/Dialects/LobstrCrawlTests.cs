using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Examples;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>From a squid to its file, as a client of lobstr.io goes about it, with a crawl of real pages: those of the server's own documentation.</summary>
public sealed class LobstrCrawlTests(ExampleServer server) : IClassFixture<ExampleServer>, IDisposable
{
    readonly HttpClient http = new() { BaseAddress = new(server.Url) };

    [Fact]
    public async Task A_squid_crawls_what_its_tasks_name()
    {
        var key = (await File.ReadAllTextAsync(Path.Combine(server.Cli.Data, "admin.key"), Cancel)).Trim();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Token {key}");
        var squid = (await Ask("POST", "squids", """{"crawler":"crawl","name":"Pages"}""")).GetProperty("id").GetString();
        await Ask("POST", $"squids/{squid}", """{"params":{"max_results":2,"delayMs":0,"fields":{"heading":"h1"}},"concurrency":2}""");
        await Ask("POST", "tasks", $$"""{"squid":"{{squid}}","tasks":[{"url":"{{server.Url}}/docs/"},{"url":"http://127.0.0.1:9/"}]}""");
        var run = (await Ask("POST", "runs", $$"""{"squid":"{{squid}}"}""")).GetProperty("id").GetString();
        using var client = new ReinClient(new Uri(server.Url), key);
        await client.Until(Guid.ParseExact(run!, "N"), now => now.EndedAt is not null);
        using (await client.ReadExport(Guid.ParseExact(run!, "N"), wait: TimeSpan.FromSeconds(30), cancel: Cancel)) { }

        var read = await Ask("GET", $"runs/{run}");
        Assert.Equal(("done", true, 3), (read.GetProperty("status").GetString(), read.GetProperty("export_done").GetBoolean(), read.GetProperty("export_count").GetInt32()));
        Assert.Equal(["done", "error"], (await Ask("GET", $"runtasks?run={run}")).GetProperty("data").EnumerateArray().Select(task => task.GetProperty("status").GetString()));
        var headings = (await Ask("GET", $"results?run={run}")).GetProperty("data").EnumerateArray()
            .Select(result => result.TryGetProperty("heading", out var heading) ? heading.GetString() : null).ToList();
        Assert.Equal(3, headings.Count);
        Assert.Contains("Rein, the documentation", headings);
        http.DefaultRequestHeaders.Clear();
        Assert.Contains("Rein, the documentation", await http.GetStringAsync(new Uri((await Ask("GET", $"runs/{run}/download", key: key)).GetProperty("s3").GetString()!), Cancel), StringComparison.Ordinal);
    }

    async Task<JsonElement> Ask(string method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new(method), $"/lobstr/v1/{path}") { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Token {key}");
        using var response = await http.SendAsync(request, Cancel);
        var said = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == 200, said);
        return JsonElement.Parse(said);
    }

    public void Dispose() => http.Dispose();
}
