using Rein.Protocol.Workers;
using Rein.Steps.Crawl;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Crawl;

public sealed class RobotsTests
{
    [Theory]
    [InlineData("", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /", "/a", false)]
    [InlineData("User-agent: *\nDisallow:", "/a", true)]
    [InlineData("User-agent: other\nDisallow: /", "/a", true)]
    [InlineData("User-agent: REIN\nDisallow: /a", "/ab", false)]
    [InlineData("User-agent: *\nDisallow: /\n\nUser-agent: Rein\nDisallow: /b", "/a", true)]
    [InlineData("User-agent: Rein/9\nDisallow: /", "/a", false)]
    [InlineData("User-agent: Reindeer\nDisallow: /", "/a", true)]
    [InlineData("User-agent: a\nUser-agent: Rein\nDisallow: /a", "/a", false)]
    [InlineData("User-agent: Rein\nDisallow: /a\nUser-agent: b\nDisallow: /b", "/b", true)]
    [InlineData("User-agent: Rein\nDisallow: /a\n\nUser-agent: Rein\nDisallow: /b", "/b", false)]
    [InlineData("user-agent:*\ndisallow:/a # b", "/a", false)]
    [InlineData("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true)]
    [InlineData("User-agent: *\nAllow: /a\nDisallow: /a", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", false)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", true)]
    [InlineData("User-agent: *\nDisallow: /a*b*c", "/axxbxxbc", false)]
    [InlineData("User-agent: *\nDisallow: /a$", "/ab", true)]
    [InlineData("User-agent: *\nDisallow: /a$", "/a", false)]
    [InlineData("User-agent: *\nDisallow: /p?id=", "/p?id=1", false)]
    [InlineData("User-agent: *\nDisallow: /%7ea", "/~a", false)]
    [InlineData("User-agent: *\nDisallow: /ä", "/%C3%A4", false)]
    [InlineData("User-agent: *\r\nDisallow: /a\r\nnonsense\r\n", "/a", false)]
    [InlineData("User-agent: *\nSitemap: x\nDisallow: /a", "/a", false)]
    [InlineData("Disallow: /", "/a", true)]
    [InlineData("<html>404</html>", "/a", true)]
    public void The_longest_pattern_for_this_agent_decides(string text, string path, bool isAllowed) =>
        Assert.Equal(isAllowed, Robots.Parse(text, "Rein/0.1").Allows(path));

    [Fact]
    public void A_pattern_made_of_stars_is_no_way_to_keep_anybody_busy() =>
        Assert.True(Robots.Parse($"User-agent: *\nDisallow: /{string.Concat(Enumerable.Repeat("*a", 1000))}b", "Rein").Allows($"/{new string('a', 2000)}"));

    [Theory]
    [InlineData("User-agent: *\nCrawl-delay: 2.5", 2.5)]
    [InlineData("User-agent: *\nCrawl-delay: 100000", 60)]
    [InlineData("User-agent: *\nCrawl-delay: -1", 0)]
    [InlineData("User-agent: *\nCrawl-delay: soon", 0)]
    public void A_delay_is_heard_up_to_a_minute(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Robots.Parse(text, "Rein").Delay);

    [Fact]
    public async Task What_a_site_disallows_is_not_asked_for_and_counted()
    {
        await using var site = await Site.Start();
        site.Text("/robots.txt", "User-agent: *\nDisallow: /secret", "text/plain").Page("/", "0", "/secret/a", "/secret/b", "/open").Page("/open", "x").Sends("/moved", "/secret/c");

        var (end, items) = await Crawl(site);

        Assert.Equal("""{"pages":2,"failed":0,"disallowed":2,"left":0}""", System.Text.Encoding.UTF8.GetString(end.Result!.Value.Span));
        Assert.Equal(2, items.Count);
        Assert.Equal(["/robots.txt", "/", "/open"], site.Asked);
    }

    [Fact]
    public async Task Nor_is_what_a_redirect_leads_to()
    {
        await using var site = await Site.Start();
        site.Text("/robots.txt", "User-agent: *\nDisallow: /secret", "text/plain").Page("/", "0", "/moved").Sends("/moved", "/secret");

        await Crawl(site);

        Assert.Equal(["/robots.txt", "/", "/moved"], site.Asked);
    }

    [Fact]
    public async Task A_site_that_disallows_everything_is_a_failure_that_says_so()
    {
        await using var site = await Site.Start();
        site.Text("/robots.txt", "User-agent: *\nDisallow: /", "text/plain");

        var (end, items) = await Crawl(site);

        Assert.Equal((AttemptOutcome.Failed, "not one page could be read: robots.txt disallows where it begins"), (end.Outcome, end.Error));
        Assert.Empty(items);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(403, true)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task A_site_without_one_allows_all_and_one_in_trouble_nothing(int status, bool isAllowed)
    {
        await using var site = await Site.Start();
        site.Text("/robots.txt", "User-agent: *\nDisallow: /", "text/plain", status).Page("/", "0");

        var (end, _) = await Crawl(site);

        Assert.Equal(isAllowed, end.Outcome is AttemptOutcome.Succeeded);
        if (!isAllowed)
            Assert.Equal($"not one page could be read: robots.txt: the site answers {status}, which forbids everything", end.Error);
    }

    [Fact]
    public async Task A_robots_file_is_followed_within_the_site()
    {
        await using var site = await Site.Start();
        site.Sends("/robots.txt", "/r").Text("/r", "User-agent: *\nDisallow: /a", "text/plain").Page("/", "0", "/a");

        await Crawl(site);

        Assert.Equal(["/robots.txt", "/r", "/"], site.Asked);
    }

    static async Task<(EndedReport End, IReadOnlyList<System.Text.Json.JsonElement> Items)> Crawl(Site site) =>
        await Attempt.Run(Kinds.Crawl.Execute, $$"""{ "startUrls": ["{{site.Url}}/"], "delayMs": 0, "concurrency": 1 }""");
}
