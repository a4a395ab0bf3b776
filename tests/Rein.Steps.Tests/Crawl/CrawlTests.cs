using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rein.Protocol.Workers;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Crawl;

public sealed class CrawlTests
{
    [Fact]
    public async Task Each_page_is_an_item_with_what_was_selected_of_it()
    {
        await using var site = await Site.Start();
        site.Text("/", """
            <html><head><title> The
              shop </title></head><body><h1>Things</h1><p class=price>1 €</p><p class=price> 2
              € </p><img src="a.png"><a href="/b">b</a></body></html>
            """).Page("/b", "B");

        var (end, items) = await Crawl(site, """
            , "fields": { "heading": "h1", "prices": { "selector": ".price", "all": true }, "image": { "selector": "img", "attribute": "src" } }
            """);

        Assert.Equal("""{"pages":2,"failed":0,"disallowed":0,"left":0}""", Result(end));
        Assert.Equal(
            $$"""{"url":"{{site.Url}}/","status":200,"depth":0,"title":"The shop","heading":"Things","prices":["1 €","2 €"],"image":"{{site.Url}}/a.png"}""",
            items[0].GetRawText());
        Assert.Equal($$"""{"url":"{{site.Url}}/b","status":200,"depth":1,"title":"B","heading":null,"prices":[],"image":null}""", items[1].GetRawText());
    }

    [Theory]
    [InlineData(0, "/")]
    [InlineData(1, "/ /1")]
    [InlineData(2, "/ /1 /2")]
    [InlineData(9, "/ /1 /2 /3")]
    public async Task It_goes_as_deep_as_it_may(int depth, string visited)
    {
        await using var site = await Site.Start();
        site.Page("/", "0", "/1").Page("/1", "1", "/2").Page("/2", "2", "/3").Page("/3", "3");

        Assert.Equal(visited, Paths(site, (await Crawl(site, $", \"maxDepth\": {depth}")).Items));
    }

    [Fact]
    public async Task It_visits_as_many_pages_as_it_may_and_counts_the_rest()
    {
        await using var site = await Site.Start();
        site.Page("/", "0", [.. Enumerable.Range(1, 50).Select(i => $"/{i}")]);
        for (var i = 1; i <= 50; i++)
            site.Page($"/{i}", "x");

        var (end, items) = await Crawl(site, ", \"maxPages\": 7, \"concurrency\": 8");

        Assert.Equal((7, 7), (items.Count, site.Asked.Count(asked => asked is not "/robots.txt")));
        Assert.Equal("""{"pages":7,"failed":0,"disallowed":0,"left":44}""", Result(end));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public async Task As_many_requests_are_open_at_once_as_it_may_have_and_never_more(int concurrency)
    {
        await using var site = await Site.Start();
        using var http = new HttpClient();
        var gate = new Gate(concurrency, async () =>
        {
            // Longer than one more request would have taken that was sent with these.
            for (var i = 0; i < 20; i++)
                using (await http.GetAsync(new Uri($"{site.Url}/nothing"), TestContext.Current.CancellationToken)) { }
        });
        List<string> pages = [.. Enumerable.Range(1, 4 * concurrency).Select(i => $"/{i}")];
        site.Page("/", "0", [.. pages]);
        foreach (var page in pages)
            site.On(page, async context =>
            {
                await gate.Pass(context.RequestAborted);
                context.Response.ContentType = "text/html";
                gate.Leave();
            });

        var (end, items) = await Crawl(site, $", \"concurrency\": {concurrency}, \"pageTimeoutSeconds\": 15");

        Assert.Equal($$"""{"pages":{{pages.Count + 1}},"failed":0,"disallowed":0,"left":0}""", Result(end));
        Assert.Equal((pages.Count + 1, concurrency), (items.Count, gate.Most));
    }

    [Fact]
    public async Task A_page_is_visited_once_however_it_is_spelt()
    {
        await using var site = await Site.Start();
        site.Page("/", "0", "/a", "/a#x", "a", "./a", "/b/../a", "/%61", "HTTP://127.0.0.1:" + site.Port + "/a", "", "#top").Page("/a", "A", "/", "/a");

        Assert.Equal("/ /a", Paths(site, (await Crawl(site)).Items));
        Assert.Equal(3, site.Asked.Count);
    }

    [Fact]
    public async Task It_stays_on_the_site()
    {
        await using var other = await Site.Start();
        await using var site = await Site.Start();
        site.Page("/", "0", other.Url, "http://localhost:" + site.Port + "/", "mailto:a@b.example", "javascript:alert(1)", "data:text/html,x", "ftp://127.0.0.1/", "http://[", "//");

        Assert.Equal("/", Paths(site, (await Crawl(site)).Items));
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task Links_are_read_where_the_page_says_they_begin_and_where_the_payload_looks_for_them()
    {
        await using var site = await Site.Start();
        site.Text("/", """<base href="/deep/"><a href=x>no</a><nav><a href=y>yes</a></nav>""").Page("/deep/y", "Y");

        Assert.Equal("/ /deep/y", Paths(site, (await Crawl(site, ", \"links\": \"nav a\"")).Items));
    }

    [Fact]
    public async Task What_is_no_page_is_an_item_that_says_why()
    {
        await using var site = await Site.Start();
        site.Page("/", "0", "/gone", "/pdf", "/large", "/broken")
            .Bytes("/pdf", [1], "application/pdf")
            .Text("/large", new string('x', 5000))
            .On("/broken", context =>
            {
                context.Response.ContentType = "text/html";
                context.Response.ContentLength = 100;
                context.Abort();
                return Task.CompletedTask;
            });

        var (end, items) = await Crawl(site, ", \"maxPageBytes\": 4000");

        Assert.Equal("""{"pages":1,"failed":4,"disallowed":0,"left":0}""", Result(end));
        Assert.Equal($$"""{"url":"{{site.Url}}/gone","status":404,"depth":1,"error":"it answered 404 Not Found"}""", Item(site, items, "/gone").GetRawText());
        Assert.Equal("it is no HTML, but application/pdf", Error(site, items, "/pdf"));
        Assert.Equal("the answer is larger than 4000 bytes", Error(site, items, "/large"));
        Assert.StartsWith("the answer broke off", Error(site, items, "/broken"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_not_one_page_can_be_read_the_step_has_failed()
    {
        await using var site = await Site.Start();

        var (end, items) = await Crawl(site);

        Assert.Equal((AttemptOutcome.Failed, "not one page could be read: it answered 404 Not Found"), (end.Outcome, end.Error));
        Assert.Single(items);
    }

    [Fact]
    public async Task A_site_on_a_closed_address_is_refused_with_the_option_that_opens_it()
    {
        var (end, _) = await Attempt.Run(Kinds.Crawl.Execute, """{ "startUrls": ["http://127.0.0.2:7/"] }""");

        Assert.Contains("127.0.0.2 is closed (loopback): requests do not go there; open it with: rein up --allow-address 127.0.0.2:7", end.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/self", "it redirects in a circle")]
    [InlineData("/ping", "it redirects in a circle")]
    [InlineData("/long0", "it redirects more than 5 times")]
    [InlineData("/off", "it redirects off the site, to http://127.0.0.2:1")]
    [InlineData("/file", "it redirects off the site, to file://")]
    public async Task A_redirect_that_leads_to_no_page_of_the_site_is_an_item_that_says_so(string path, string error)
    {
        await using var site = await Site.Start();
        site.Page("/", "0", path).Sends("/self", "/self").Sends("/ping", "/pong").Sends("/pong", "/ping").Sends("/off", "http://127.0.0.2:1/secret").Sends("/file", "file:///etc/passwd");
        for (var i = 0; i < 9; i++)
            site.Sends($"/long{i}", $"/long{i + 1}");

        Assert.Equal(error, (await Crawl(site)).Items[1].GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_redirect_within_the_site_is_the_page_that_it_leads_to_and_once()
    {
        await using var site = await Site.Start();
        site.Page("/", "0", "/old", "/older", "/new").Sends("/old", "/new", 301).Sends("/older", "/newer", 308).Page("/new", "New").Page("/newer", "Newer");

        Assert.Equal("/ /new /newer", Paths(site, (await Crawl(site)).Items));
    }

    [Theory]
    [InlineData("text/html; charset=windows-1251", "")]
    [InlineData("text/html", "<meta charset=windows-1251>")]
    [InlineData(null, "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>")]
    public async Task A_page_is_read_in_the_encoding_that_it_is_written_in(string? type, string head)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var site = await Site.Start();
        site.Bytes("/", Encoding.GetEncoding("windows-1251").GetBytes($"<html><head>{head}<title>Привет</title></head>"), type);

        Assert.Equal("Привет", (await Crawl(site)).Items[0].GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("\"h1[\"", "the field 'x' has a CSS selector that cannot be read: h1[")]
    [InlineData("{ \"selector\": \"a:nosuch\" }", "the field 'x' has a CSS selector that cannot be read: a:nosuch")]
    public async Task A_selector_that_cannot_be_read_is_found_before_anybody_is_asked(string field, string error)
    {
        await using var site = await Site.Start();

        Assert.Equal(error, (await Crawl(site, $", \"fields\": {{ \"x\": {field} }}")).End.Error);
        Assert.Empty(site.Asked);
    }

    [Theory]
    [InlineData("<br>", 210_000, "", "the page has more than 200000 elements")]
    [InlineData("<div>", 60_000, ", \"pageTimeoutSeconds\": 2", "it was not there within 2 s")]
    public async Task A_page_that_is_made_to_be_slow_is_given_up(string piece, int times, string more, string error)
    {
        await using var site = await Site.Start();
        site.Text("/", string.Concat(Enumerable.Repeat(piece, times)));

        Assert.Equal($"not one page could be read: {error}", (await Crawl(site, more)).End.Error);
    }

    [Fact]
    public async Task A_page_that_nests_very_deeply_is_a_page()
    {
        await using var site = await Site.Start();
        site.Text("/", string.Concat(Enumerable.Repeat("<div>", 3000)) + "<h1>x</h1>");

        Assert.Equal("x", (await Crawl(site, ", \"fields\": { \"h\": \"div h1\" }")).Items[0].GetProperty("h").GetString());
    }

    [Fact]
    public async Task More_than_an_item_holds_is_an_item_that_says_so()
    {
        await using var site = await Site.Start();
        site.Text("/", string.Concat(Enumerable.Repeat("<b>", 500)) + new string('x', 10_000));

        Assert.Contains("the selected fields are larger", (await Crawl(site, ", \"fields\": { \"all\": { \"selector\": \"*\", \"all\": true } }")).End.Error, StringComparison.Ordinal);
    }

    static async Task<(EndedReport End, IReadOnlyList<JsonElement> Items)> Crawl(Site site, string more = "") =>
        await Attempt.Run(Kinds.Crawl.Execute, $$"""{ "startUrls": ["{{site.Url}}"], "delayMs": 0{{more}} }""");

    static string Result(EndedReport end) => Encoding.UTF8.GetString(end.Result!.Value.Span);

    static string Paths(Site site, IEnumerable<JsonElement> items) =>
        string.Join(' ', items.Select(item => item.GetProperty("url").GetString()![site.Url.Length..]).Order(StringComparer.Ordinal));

    static JsonElement Item(Site site, IEnumerable<JsonElement> items, string path) => items.Single(item => item.GetProperty("url").GetString() == site.Url + path);

    static string Error(Site site, IEnumerable<JsonElement> items, string path) => Item(site, items, path).GetProperty("error").GetString()!;
}
