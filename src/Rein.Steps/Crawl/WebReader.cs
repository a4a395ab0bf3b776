using System.Globalization;
using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>Asks for one thing of a site, and gives it so much time and space.</summary>
sealed class WebReader(HttpMessageInvoker web, CrawlPayload payload, TimeProvider time)
{
    const string PagesBefore = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1";

    readonly TimeSpan patience = TimeSpan.FromSeconds(payload.PageTimeoutSeconds);

    /// <param name="read">What is done with the answer; the time counts for it too.</param>
    /// <exception cref="WebTrouble">It was not there in time.</exception>
    public async Task<T> Ask<T>(Uri url, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        using var timeUp = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeUp.Token);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, url);
            message.Headers.TryAddWithoutValidation("User-Agent", payload.Agent);
            message.Headers.TryAddWithoutValidation("Accept", PagesBefore);
            using var answer = await web.SendAsync(message, either.Token);
            return await read(answer, either.Token);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new WebTrouble(timeUp.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"it was not there within {payload.PageTimeoutSeconds} s")
                : $"no connection: {late.Message}");
        }
    }
}
