using System.Net;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Access;

public sealed class StopLinkTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Looking_at_a_link_stops_nothing_and_using_it_does()
    {
        var (run, link, url) = await Linked();
        using var nobody = server.Connect("none");
        for (var i = 0; i < 3; i++)
            Assert.Equal(("running", false), ((await nobody.OpenStopLink(url, Cancel)).State, (await server.Client.ReadRun(run.Id, cancel: Cancel)).IsStopping));

        var used = await nobody.UseStopLink(url, TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(("asked", "stopped", true, "exited"), (used.Answer, used.State, used.IsGone, used.Verdict));
        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Equal(link.Actor, receipt.Actor);
        Assert.Equal(link.Actor, Assert.Single(receipt.Requests).Actor);
        Assert.Matches("^link:[0-9a-f]{12}$", link.Actor);
        var entry = Assert.Single((await server.Client.ReadAudit(new() { Action = "link_used", Target = $"link:{link.Id}" }, Cancel)).Entries);
        Assert.Equal(link.Actor, entry.Actor);

        // It is over: nothing changes, and nothing grows.
        Assert.Equal("already_ended", (await nobody.UseStopLink(url, cancel: Cancel)).Answer);
        Assert.Single((await server.Client.ReadAudit(new() { Action = "link_used", Target = $"link:{link.Id}" }, Cancel)).Entries);
    }

    [Fact]
    public async Task The_page_has_a_button_and_no_script_and_the_form_leads_back_to_it()
    {
        var (run, _, url) = await Linked();
        using var page = await Browse(HttpMethod.Get, url);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<form method=\"post\"><button type=\"submit\">Stop this run</button></form>", html);
        Assert.Contains("http-equiv=\"refresh\"", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain(url.AbsolutePath[6..], html);
        AssertGuarded(page);

        using var stopped = await Browse(HttpMethod.Post, url);
        Assert.Equal((HttpStatusCode.SeeOther, url.AbsolutePath), (stopped.StatusCode, stopped.Headers.Location?.OriginalString));
        AssertGuarded(stopped);
        while (!(await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(5), cancel: Cancel)).State.Equals("stopped", StringComparison.Ordinal)) { }
        using var after = await Browse(HttpMethod.Get, url);
        html = await after.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<h1>stopped</h1>", html);
        Assert.DoesNotContain("<form", html);
        Assert.DoesNotContain("refresh", html);
    }

    static void AssertGuarded(HttpResponseMessage page)
    {
        Assert.Equal("no-store", page.Headers.CacheControl?.ToString());
        Assert.Equal("no-referrer", Assert.Single(page.Headers.GetValues("Referrer-Policy")));
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy);
        Assert.EndsWith("form-action 'self'; base-uri 'none'; frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Fact]
    public async Task A_link_shows_nothing_of_what_the_run_works_on_or_who_else_asked()
    {
        var run = await server.Client.StartInline(
            new() { Definition = Graph("collect"), Labels = new Dictionary<string, string> { ["customer"] = "a-label" } }, cancel: Cancel);
        var url = new Uri((await server.Client.CreateStopLink(run.Id, new() { Name = "a-name" }, Cancel)).Url!);
        await server.Client.Stop(run.Id, new() { Reason = "a-reason" }, TimeSpan.FromSeconds(30), Cancel);
        foreach (var accept in new[] { "text/html", "application/json" })
        {
            using var answer = await Browse(HttpMethod.Get, url, accept);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("stopped", text);
            Assert.All(["a-label", "a-name", "a-reason", "key:", "drei"], word => Assert.DoesNotContain(word, text));
        }
    }

    [Fact]
    public async Task What_is_misspelt_revoked_or_expired_is_answered_alike()
    {
        var (run, link, url) = await Linked();
        var (_, _, shortLived) = await Linked(expires: 1);
        var wrong = new Uri(url.AbsoluteUri[..^1] + (url.AbsoluteUri[^1] == '0' ? '1' : '0'));
        await server.Client.RevokeStopLink(run.Id, link.Id, Cancel);
        while ((await Browse(HttpMethod.Get, shortLived)).IsSuccessStatusCode)
            await server.Client.ReadRun(run.Id, TimeSpan.FromMilliseconds(200), cancel: Cancel);
        var answers = new List<string>();
        foreach (var dead in new[] { url, shortLived, wrong, new Uri(url, "/stop/x") })
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var answer = await Browse(method, dead, "application/json");
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                answers.Add(await answer.Content.ReadAsStringAsync(Cancel));
            }
        Assert.Single(answers.Distinct());
        Assert.False((await server.Client.ReadRun(run.Id, cancel: Cancel)).IsStopping);
        await Refused.With(ProblemCodes.LinkNotFound, () => server.Client.RevokeStopLink(run.Id, link.Id, Cancel));
    }

    [Fact]
    public async Task Links_are_listed_without_what_opens_them_and_a_run_has_a_hundred_at_most()
    {
        var (run, link, url) = await Linked();
        var listed = Assert.Single((await server.Client.ListStopLinks(run.Id, Cancel)).Links);
        Assert.Equal((link.Id, link.Actor, "of a test", "key:admin", null), (listed.Id, listed.Actor, listed.Name, listed.CreatedBy, listed.Url));
        Assert.DoesNotContain(url.AbsolutePath[^64..], Convert.ToHexStringLower((await server.Stores.StopLinks.Find(link.Actor[5..], Cancel))!.Hash.Span));
        for (var i = 1; i < 100; i++)
            await server.Client.CreateStopLink(run.Id, cancel: Cancel);
        await Refused.With(ProblemCodes.TooManyLinks, () => server.Client.CreateStopLink(run.Id, cancel: Cancel));
    }

    [Fact]
    public async Task A_link_leads_where_others_reach_the_server()
    {
        await using var behind = new TestServer { Adjust = options => options with { PublicUrl = "https://rein.example/" } };
        await behind.InitializeAsync();
        var run = await behind.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        Assert.StartsWith("https://rein.example/stop/", (await behind.Client.CreateStopLink(run.Id, cancel: Cancel)).Url);
    }

    [Fact]
    public async Task The_log_of_a_server_in_trouble_does_not_repeat_a_link()
    {
        var log = new KeptLog();
        await using var troubled = new TestServer { Log = log };
        await troubled.InitializeAsync();
        var run = await troubled.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        var url = new Uri((await troubled.Client.CreateStopLink(run.Id, cancel: Cancel)).Url!);
        await troubled.BreakStore("ALTER TABLE stop_links RENAME TO elsewhere");
        using var answer = await troubled.Http.GetAsync(url, Cancel);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains("/stop/…", log.Text);
        Assert.DoesNotContain(url.AbsolutePath[6..], log.Text);
    }

    async Task<(RunDocument Run, StopLinkDocument Link, Uri Url)> Linked(double? expires = null)
    {
        var run = await server.StartAndBegin("hold");
        var link = await server.Client.CreateStopLink(run.Id, new() { Name = "of a test", ExpiresInSeconds = expires }, Cancel);
        return (run, link, new Uri(link.Url!));
    }

    /// <summary>As a browser does, but that it follows nothing by itself.</summary>
    static async Task<HttpResponseMessage> Browse(HttpMethod method, Uri url, string accept = "text/html,application/xhtml+xml")
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler, disposeHandler: false);
        var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (method == HttpMethod.Post)
            request.Content = new FormUrlEncodedContent([]);
        return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, Cancel);
    }
}
