using System.Globalization;
using System.Text;
using Rein.Protocol.Outward;
using Rein.Steps.Web;
using Rein.Worker;

namespace Rein.Steps.Crawl;

/// <summary>
/// The kind <c>crawl</c>: visits the pages of a site, each once, and makes an item of each. One that cannot be read is an item with an error. The
/// result counts: <c>{pages, failed, disallowed, left}</c>. It fails when not one page could be read.
/// </summary>
public sealed class CrawlStep(AddressGuard guard, TimeProvider time) : IDisposable
{
    public const string Kind = "crawl";

    readonly HttpMessageInvoker web = new(guard.Handler());

    public async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        var payload = CrawlPayload.Parse(run.Payload.Span);
        try
        {
            return await Start(run, payload, stop);
        }
        catch (WebTrouble trouble)
        {
            return StepResult.Failure(trouble.Message);
        }
    }

    async Task<StepResult> Start(RunContext run, CrawlPayload payload, CancellationToken stop)
    {
        var frontier = new Frontier(payload.Starts(), payload.MaxDepth, payload.MaxPages);
        var asking = new WebReader(web, payload, time);
        var reading = new PageReader(FieldRule.Read(payload.Links, "'links'"), FieldRule.Of(payload.Fields));
        var visitor = new Visitor(payload, frontier, new(asking, payload.Agent), asking, reading, new(time));
        var crawl = new Crawling(run, frontier, visitor);
        await crawl.Run(payload.Concurrency, stop);
        return Judge(crawl, frontier);
    }

    static StepResult Judge(Crawling crawl, Frontier frontier)
    {
        var counts = string.Create(CultureInfo.InvariantCulture,
            $$"""{"pages":{{crawl.Pages}},"failed":{{crawl.Failed}},"disallowed":{{crawl.Disallowed}},"left":{{frontier.Left}}}""");
        var result = Encoding.UTF8.GetBytes(counts);
        if (crawl.Pages > 0)
            return StepResult.SuccessWith(result);
        return StepResult.Failure($"not one page could be read: {crawl.FirstError ?? "robots.txt disallows where it begins"}", result);
    }

    public void Dispose() => web.Dispose();
}
