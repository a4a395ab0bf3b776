using System.Net;
using System.Text;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The page behind a viewer URL, and that what opens it is told once and nowhere else.</summary>
public sealed class AxiomViewerTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_page_shows_the_run_live_and_its_button_stops_it()
    {
        var run = await server.TriggerAndBegin("collect");
        while ((await server.Client.ReadItems(run.Run, cancel: Cancel)).Items.Count < 3) { }
        using var page = await server.Browse(HttpMethod.Get, run.Url);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("<h1>running</h1>", html);
        Assert.Contains("<p>3 items collected</p><p>work: active, 3 items</p>", html);
        Assert.Contains("<form method=\"post\"><button type=\"submit\">Stop this run</button></form>", html);
        Assert.Contains("http-equiv=\"refresh\"", html);
        AssertGuarded(page, html, run);
        Assert.Null((await server.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt);

        using var pressed = await server.Browse(HttpMethod.Post, run.Url);
        Assert.Equal((HttpStatusCode.SeeOther, new Uri(run.Url).Query), (pressed.StatusCode, pressed.Headers.Location?.OriginalString));
        Assert.Equal("stopped", (await server.Client.ReadRun(run.Run, cancel: Cancel)).State);
        await server.Client.Stop(run.Run, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        using var after = await server.Browse(HttpMethod.Get, run.Url);
        html = await after.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<h1>stopped</h1>", html);
        Assert.Contains("<p>work: stopped, 3 items</p>", html);
        Assert.DoesNotContain("<form", html);
        Assert.DoesNotContain("refresh", html);
    }

    [Theory]
    [InlineData("?host=dev-c-00{pid}-v4-proxy.axiom.ai&password={pw}", HttpStatusCode.OK)]
    [InlineData("?dev-c-00{pid}-v4-proxy.axiom.ai&port=443&password={pw}&taskId=22842", HttpStatusCode.OK)]
    [InlineData("?host=c-00{other}-v4-proxy.axiom.ai&password={pw}", HttpStatusCode.NotFound)]
    [InlineData("?host=c-00{pid}-v4-proxy.axiom.ai&password=abc123xyz", HttpStatusCode.NotFound)]
    [InlineData("?password={pw}", HttpStatusCode.NotFound)]
    [InlineData("?host=c-00{pid}-v4-proxy.axiom.ai", HttpStatusCode.NotFound)]
    [InlineData("?host=%zz&password=%", HttpStatusCode.NotFound)]
    [InlineData("", HttpStatusCode.NotFound)]
    public async Task The_page_opens_with_both_and_never_with_one(string query, HttpStatusCode status)
    {
        var run = await server.TriggerAndBegin("hold");
        var other = ((int.Parse(run.Pid, provider: null) + 1) % 100).ToString("00", provider: null);
        var address = "/axiom/viewer" + query.Replace("{pid}", run.Pid, StringComparison.Ordinal).Replace("{other}", other, StringComparison.Ordinal).Replace("{pw}", run.Pw, StringComparison.Ordinal);
        using var page = await server.Browse(HttpMethod.Get, address);
        Assert.Equal(status, page.StatusCode);
        AssertGuarded(page, await page.Content.ReadAsStringAsync(Cancel), run);
        using var pressed = await server.Browse(HttpMethod.Post, address);
        Assert.Equal(status is HttpStatusCode.OK ? HttpStatusCode.SeeOther : HttpStatusCode.NotFound, pressed.StatusCode);
        Assert.Equal(status is HttpStatusCode.OK, (await server.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt is not null);
    }

    static void AssertGuarded(HttpResponseMessage page, string html, Triggered run)
    {
        Assert.DoesNotContain(run.Pw, html);
        Assert.DoesNotContain("<script", html);
        Assert.Equal("no-store", page.Headers.CacheControl?.ToString());
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy);
        Assert.EndsWith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'", policy);
    }

    [Fact]
    public async Task The_page_shows_nothing_of_what_the_run_works_on()
    {
        await server.Client.SaveWorkflow("quiet", Graph("leak", """, "payload": { "text": "<b>a-secret</b>", "row": "{{root.result.data}}" }"""), cancel: Cancel);
        var run = await server.Trigger("quiet", ",\"data\":[[\"an-input\"]]");
        await server.Client.Until(run.Run, now => now.EndedAt is not null);
        using var page = await server.Browse(HttpMethod.Get, run.Url);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<h1>succeeded</h1>", html);
        Assert.All(["a-secret", "an-input", "key:"], word => Assert.DoesNotContain(word, html));
    }

    [Fact]
    public async Task Nothing_of_a_link_of_theirs_is_opened_where_nobody_asks_for_a_pid()
    {
        var run = await server.TriggerAndBegin("hold");
        var prefix = Assert.Single((await server.Client.ListStopLinks(run.Run, Cancel)).Links).Actor["link:".Length..];
        foreach (var text in new[] { run.Pw, prefix + run.Pw, prefix[..12] + run.Pw })
        {
            using var answer = await server.Http.PostAsync(new Uri("/stop/" + text, UriKind.Relative), null, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        Assert.Null((await server.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt);
    }

    [Fact]
    public async Task What_is_kept_of_a_password_is_its_hash_and_nothing_else_decides()
    {
        await using var other = new TestServer();
        await other.InitializeAsync();
        var run = await other.TriggerAndBegin("hold");
        await other.BreakStore("UPDATE stop_links SET hash = zeroblob(32)");
        Assert.Equal(404, (await other.Stop(run)).Status);
        Assert.Null((await other.Client.ReadRun(run.Run, cancel: Cancel)).EndedAt);
    }

    [Fact]
    public async Task Looks_have_a_budget_and_a_stop_does_not_wait_for_it()
    {
        await using var other = new TestServer { Adjust = options => options with { RequestsPerSecond = 50 } };
        await other.InitializeAsync();
        var run = await other.TriggerAndBegin("hold");
        var status = HttpStatusCode.OK;
        for (var i = 0; status is HttpStatusCode.OK && i < 5_000; i++)
            status = (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Look()))).Max();
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal(200, (await other.Stop(run)).Status);

        async Task<HttpStatusCode> Look()
        {
            using var page = await other.Browse(HttpMethod.Get, run.Url);
            return page.StatusCode;
        }
    }

    [Fact]
    public async Task An_answer_that_tells_a_password_is_kept_in_no_cache()
    {
        var body = new StringContent($$"""{"key":"{{server.Key}}","name":"{{await server.Save("noop")}}"}""");
        using var answer = await server.Http.PostAsync(new Uri("/axiom/api/v3/trigger", UriKind.Relative), body, Cancel);
        Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.CacheControl?.NoStore));
    }

    [Fact]
    public async Task A_password_is_told_once_and_stands_nowhere_else()
    {
        var log = new KeptLog();
        await using var other = new TestServer { Log = log };
        await other.InitializeAsync();
        var run = await other.TriggerAndBegin("collect");
        (await other.Browse(HttpMethod.Get, run.Url)).Dispose();
        await other.Stop(run);
        await other.Stop("99", run.Pw);
        (await other.Browse(HttpMethod.Post, run.Url)).Dispose();
        (await other.Browse(HttpMethod.Put, run.Url)).Dispose();
        (await other.Browse(HttpMethod.Get, "/axiom/api/v3/trigger?pw=" + run.Pw)).Dispose();
        (await other.Browse(HttpMethod.Get, "/axiom/nothing?pw=" + run.Pw)).Dispose();
        var name = (await other.Client.ReadRun(run.Run, cancel: Cancel)).Workflow!;
        var told = new StringBuilder();
        foreach (var path in new[] { "", "/steps", "/events", "/logs", "/items", "/stop", "/stop-link", "/export" })
            told.Append(await Read($"/v1/runs/{run.Run}{path}"));
        foreach (var path in new[] { "/v1/runs", "/v1/audit", "/v1/limits", "/metrics", "/openapi/axiom.json" })
            told.Append(await Read(path));
        told.Append((await other.RunData(name)).Raw()).Append((await other.Axiom("/run-reports")).Raw());
        foreach (var file in Directory.GetFiles(other.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).StartsWith("rein.db", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            told.Append(await reader.ReadToEndAsync(Cancel));
        }
        Assert.DoesNotContain(run.Pw, told.ToString());
        Assert.Contains("link:", told.ToString());

        await other.BreakStore("ALTER TABLE stop_links RENAME TO elsewhere");
        (await other.Browse(HttpMethod.Get, run.Url)).Dispose();
        (await other.Browse(HttpMethod.Get, $"/axiom/api/v3/stop?pid={run.Pid}&pw={run.Pw}")).Dispose();
        Assert.Contains("A request failed", log.Text);
        Assert.DoesNotContain(run.Pw, log.Text);

        async Task<string> Read(string path)
        {
            using var answer = await other.Send(HttpMethod.Get, path);
            return await answer.Content.ReadAsStringAsync(Cancel);
        }
    }
}
