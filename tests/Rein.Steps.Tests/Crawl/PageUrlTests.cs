using Rein.Steps.Crawl;

namespace Rein.Steps.Tests.Crawl;

public sealed class PageUrlTests
{
    [Theory]
    [InlineData("http://EXAMPLE.com", "http://example.com/")]
    [InlineData("http://example.com:80/", "http://example.com/")]
    [InlineData("https://example.com:443/a", "https://example.com/a")]
    [InlineData("http://example.com:443/a", "http://example.com:443/a")]
    [InlineData("http://example.com./", "http://example.com/")]
    [InlineData("http://example.com/a#b", "http://example.com/a")]
    [InlineData("http://example.com/a/../b/./c", "http://example.com/b/c")]
    [InlineData("http://example.com/%7Eme/%c3%a4", "http://example.com/~me/%C3%A4")]
    [InlineData("http://example.com/ä?ö=1", "http://example.com/%C3%A4?%C3%B6=1")]
    [InlineData("http://example.com/a?b=1&a=2", "http://example.com/a?b=1&a=2")]
    [InlineData("http://example.com/a%2fb", "http://example.com/a%2Fb")]
    [InlineData("http://bücher.example/", "http://xn--bcher-kva.example/")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080/")]
    [InlineData("http://127.1/", "http://127.0.0.1/")]
    public void A_page_has_one_spelling(string written, string canonical)
    {
        var page = PageUrl.Of(new(written));

        Assert.Equal(canonical, page.ToString());
        Assert.Equal(page, PageUrl.Of(page!.Value.Uri));
    }

    [Theory]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://user@example.com/")]
    [InlineData("http://user:word@example.com/")]
    public void What_no_crawl_visits_has_none(string written) => Assert.Null(PageUrl.Of(new(written)));

    [Fact]
    public void Nor_has_what_is_longer_than_anybody_means() => Assert.Null(PageUrl.Of(new($"http://example.com/{new string('a', 2048)}")));

    [Theory]
    [InlineData("http://example.com/", "https://example.com/a", true)]
    [InlineData("http://example.com/", "http://www.example.com/", false)]
    [InlineData("http://example.com/", "http://example.com:8080/", false)]
    public void A_site_is_a_host_and_a_port_and_the_schemes_own_ports_are_one(string one, string other, bool isSame) =>
        Assert.Equal(isSame, PageUrl.Of(new(one))!.Value.Site == PageUrl.Of(new(other))!.Value.Site);
}
