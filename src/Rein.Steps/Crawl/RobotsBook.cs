using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>The robots.txt of each origin, asked for once per crawl, before its first page.</summary>
sealed class RobotsBook(WebReader web, string agent)
{
    const int MostBytes = 512 * 1024;
    const int MostRedirects = 5;

    readonly Dictionary<string, Task<Robots>> known = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    /// <exception cref="WebTrouble">The site cannot say what it allows, and so allows nothing.</exception>
    public Task<Robots> For(PageUrl page, CancellationToken stop)
    {
        lock (gate)
        {
            if (!known.TryGetValue(page.Origin, out var robots))
                known[page.Origin] = robots = Load(page, stop);
            return robots;
        }
    }

    async Task<Robots> Load(PageUrl page, CancellationToken stop)
    {
        var url = (page with { Path = "/robots.txt" }).Uri;
        try
        {
            for (var hop = 0; hop <= MostRedirects; hop++)
            {
                var (robots, target) = await web.Ask(url, Read, stop);
                // Who answers for another site does not answer for this one.
                if (target is null || PageUrl.Of(target) is not { } next || next.Site != page.Site)
                    return robots;
                url = next.Uri;
            }
            return Robots.Silent;
        }
        catch (Exception trouble) when (WebTrouble.Say(trouble) is { } why)
        {
            throw new WebTrouble($"robots.txt: {why}");
        }

        async Task<(Robots, Uri?)> Read(HttpResponseMessage answer, CancellationToken both)
        {
            if ((int)answer.StatusCode >= 500)
                throw new WebTrouble($"the site answers {(int)answer.StatusCode}, which forbids everything");
            if (!answer.IsSuccessStatusCode)
                return (Robots.Silent, Redirect.Of(answer, url));
            var text = Charset.Decode(await BoundedBody.ReadUpTo(answer.Content, MostBytes, both), null);
            return (Robots.Parse(text, agent), null);
        }
    }
}
