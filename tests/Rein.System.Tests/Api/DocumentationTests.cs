using System.Net;
using System.Text.RegularExpressions;
using Rein.Server.Api.Documentation;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Api;

public sealed partial class DocumentationTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Whoever_follows_the_links_from_the_first_page_finds_every_document_and_no_dead_end()
    {
        var found = new Dictionary<string, string>();
        var waiting = new Queue<string>(["/docs/"]);
        while (waiting.TryDequeue(out var address))
        {
            if (found.ContainsKey(address))
                continue;
            found[address] = await Read(address);
            foreach (var link in Links(found[address]).Where(link => link.StartsWith('/')))
                waiting.Enqueue(link.Split('#')[0]);
        }
        Assert.Equal(DocumentNames.Addresses.Values.Order(), found.Keys.Order());
        foreach (var (address, html) in found)
            foreach (var link in Links(html).Where(link => link.Contains('#')))
                Assert.Contains($"id=\"{link.Split('#')[1]}\"", link.StartsWith('#') ? html : found[link.Split('#')[0]]);
    }

    async Task<string> Read(string address)
    {
        using var answer = await server.Http.GetAsync(address, TestServer.Cancel);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{address}: {answer.StatusCode}");
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync(TestServer.Cancel);
    }

    [Fact]
    public async Task A_page_says_what_it_is_and_executes_nothing()
    {
        using var answer = await server.Http.GetAsync("/docs/stopping", TestServer.Cancel);
        var html = await answer.Content.ReadAsStringAsync(TestServer.Cancel);

        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("<title>What a stop means</title>", html);
        Assert.Contains("<td><strong>ask</strong></td>", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("style=", html);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/docs/style.css", TestServer.Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("docs/stopping.md", "decisions/0001-lifecycle.md#x", "/docs/decisions/0001-lifecycle#x")]
    [InlineData("docs/decisions/README.md", "0001-lifecycle.md", "/docs/decisions/0001-lifecycle")]
    [InlineData("docs/README.md", "../CHANGELOG.md", "/docs/project/changelog")]
    [InlineData("README.md", "docs/README.md", "/docs/")]
    [InlineData("README.md", "#words", "#words")]
    [InlineData("README.md", "https://semver.org", "https://semver.org/")]
    [InlineData("README.md", "LICENSE", null)]
    [InlineData("README.md", "javascript:alert(1)", null)]
    [InlineData("README.md", "data:text/html,x", null)]
    [InlineData("docs/README.md", "../../etc/passwd", null)]
    public void A_link_leads_to_a_page_to_another_site_or_nowhere(string file, string link, string? to) => Assert.Equal(to, DocumentNames.Follow(file, link));

    [Theory]
    [InlineData("/docs/nothing")]
    [InlineData("/docs/stopping.md")]
    [InlineData("/docs/../README.md")]
    [InlineData("/docs/%2e%2e/README")]
    public async Task What_is_no_page_is_not_there(string address)
    {
        using var answer = await server.Http.GetAsync(address, TestServer.Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    static IEnumerable<string> Links(string html) => Hrefs().Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value));

    [GeneratedRegex("<a href=\"([^\"]*)\"")]
    private static partial Regex Hrefs();
}
