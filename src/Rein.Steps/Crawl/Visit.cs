using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>What came of going to one page.</summary>
abstract record Visit
{
    /// <summary>It was read. The URL is the one that answered, behind redirects.</summary>
    public sealed record Read(PageUrl Url, int Status, Page Page) : Visit;

    /// <summary>It was asked for, and there is no page.</summary>
    public sealed record Failed(PageUrl Url, int? Status, string Error) : Visit;

    /// <summary>Its site does not want it to be visited.</summary>
    public sealed record Disallowed : Visit;

    /// <summary>It leads to a page that has been visited, or will be; or there are enough pages.</summary>
    public sealed record Nothing : Visit;
}

/// <summary>Goes to one page: robots.txt, its turn, the request, redirects within the site, the reading.</summary>
sealed class Visitor(CrawlPayload payload, Frontier frontier, RobotsBook robots, WebReader web, PageReader reader, Pace pace)
{
    const int MostRedirects = 5;

    public async Task<Visit> Go(PageUrl page, CancellationToken stop)
    {
        var chain = new List<PageUrl> { page };
        try
        {
            while (true)
            {
                var rules = await robots.For(page, stop);
                if (!rules.Allows(page.Path))
                    return new Visit.Disallowed();
                if (chain.Count == 1 && !frontier.Take())
                    return new Visit.Nothing();
                await pace.Turn(page.Site, Longer(rules.Delay), stop);
                var answer = await web.Ask(page.Uri, (answer, both) => Read(page, answer, both), stop);
                if (answer.Target is not { } target)
                    return answer.Visit!;
                if (Refusal(chain, target) is { } refused)
                    return new Visit.Failed(page, answer.Status, refused);
                page = PageUrl.Of(target)!.Value;
                if (!frontier.Claim(page))
                    return new Visit.Nothing();
                chain.Add(page);
            }
        }
        catch (Exception trouble) when (WebTrouble.Say(trouble) is { } why)
        {
            return new Visit.Failed(page, null, why);
        }
    }

    TimeSpan Longer(TimeSpan asked) => TimeSpan.FromMilliseconds(Math.Max(asked.TotalMilliseconds, payload.DelayMs));

    string? Refusal(List<PageUrl> chain, Uri target)
    {
        if (PageUrl.Of(target) is not { } page || !frontier.IsOfSite(page))
            return $"it redirects off the site, to {Redirect.Place(target)}";
        if (chain.Contains(page))
            return "it redirects in a circle";
        return chain.Count > MostRedirects ? $"it redirects more than {MostRedirects} times" : null;
    }

    async Task<(Visit? Visit, Uri? Target, int Status)> Read(PageUrl page, HttpResponseMessage answer, CancellationToken stop)
    {
        var status = (int)answer.StatusCode;
        if (Redirect.Of(answer, page.Uri) is { } target)
            return (null, target, status);
        if (!answer.IsSuccessStatusCode)
            return (new Visit.Failed(page, status, $"it answered {status} {answer.ReasonPhrase}".TrimEnd()), null, status);
        var type = answer.Content.Headers.ContentType;
        if (type?.MediaType?.ToLowerInvariant() is not (null or "text/html" or "application/xhtml+xml"))
            return (new Visit.Failed(page, status, $"it is no HTML, but {type.MediaType}"), null, status);
        try
        {
            var html = await BoundedBody.Read(answer.Content, payload.MaxPageBytes, stop);
            return (new Visit.Read(page, status, reader.Read(html, Charset.Of(type), page.Uri, stop)), null, status);
        }
        catch (Exception trouble) when (WebTrouble.Say(trouble) is { } why)
        {
            return (new Visit.Failed(page, status, why), null, status);
        }
    }
}
