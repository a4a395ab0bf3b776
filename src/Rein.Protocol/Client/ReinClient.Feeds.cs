using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rein.Protocol.Problems;

namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>How long a broken feed is taken up again before it is given up.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>A run's events, as they come, until it has ended. A broken connection is taken up where it broke.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="after">The <see cref="EventDocument.Seq"/> to begin after; 0 for the beginning.</param>
    /// <param name="cancel">Ends the watch; the run goes on.</param>
    /// <exception cref="ReinException"><c>unreachable</c> after 30 s without a server; <c>run_not_found</c>.</exception>
    public async IAsyncEnumerable<EventDocument> Watch(Guid run, long after = 0, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var lost = TimeProvider.System.GetTimestamp();
        var hasEnded = false;
        while (!hasEnded)
        {
            var feed = await Open(run, after, lost, cancel).ConfigureAwait(false);
            if (feed is null)
                yield break;
            using (feed)
            {
                var events = Read(feed, cancel).GetAsyncEnumerator(cancel);
                await using (events.ConfigureAwait(false))
                    while (await Next(events).ConfigureAwait(false))
                    {
                        after = events.Current.Seq;
                        hasEnded |= events.Current.Lines.Any(line => line.Kind == "ended");
                        yield return events.Current;
                    }
            }
            lost = TimeProvider.System.GetTimestamp();
        }
    }

    /// <returns>Null when there will be no more.</returns>
    async Task<HttpResponseMessage?> Open(Guid run, long after, long lost, CancellationToken cancel)
    {
        while (true)
            try
            {
                var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{run}/events");
                request.Headers.Add("Last-Event-ID", after.ToString(CultureInfo.InvariantCulture));
                var response = await Send(request, "text/event-stream", cancel).ConfigureAwait(false);
                if (response.StatusCode is not HttpStatusCode.NoContent)
                    return response;
                response.Dispose();
                return null;
            }
            catch (ReinException broken) when (broken.Code is ProblemCodes.Unreachable && TimeProvider.System.GetElapsedTime(lost) < s_patience)
            {
                await Task.Delay(s_pause, TimeProvider.System, cancel).ConfigureAwait(false);
            }
    }

    static async IAsyncEnumerable<EventDocument> Read(HttpResponseMessage feed, [EnumeratorCancellation] CancellationToken cancel)
    {
        var stream = await feed.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var parser = SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize(data, ProtocolJson.Default.EventDocument)!);
        await foreach (var change in parser.EnumerateAsync(cancel).ConfigureAwait(false))
            yield return change.Data;
    }

    /// <summary>A feed that breaks is one that ends: the watch takes it up again.</summary>
    static async ValueTask<bool> Next(IAsyncEnumerator<EventDocument> events)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return false;
        }
    }

    /// <summary>A page of a run's events, without waiting.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="after">The <see cref="EventDocument.Seq"/> to begin after.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<EventList> ReadEvents(Guid run, long after = 0, int limit = 500, CancellationToken cancel = default) =>
        Get(new QueryText($"/v1/runs/{run}/events").With("after", after).With("limit", limit).ToString(), ProtocolJson.Default.EventList, cancel);

    /// <summary>A page of a run's log.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<LogList> ReadLogs(Guid run, string? cursor = null, int limit = 200, CancellationToken cancel = default) =>
        Get(new QueryText($"/v1/runs/{run}/logs").With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.LogList, cancel);

    /// <summary>A page of a run's items.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cursor">From the page before; null for the first.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<ItemList> ReadItems(Guid run, string? cursor = null, int limit = 200, CancellationToken cancel = default) =>
        Get(new QueryText($"/v1/runs/{run}/items").With("cursor", cursor).With("limit", limit).ToString(), ProtocolJson.Default.ItemList, cancel);

    /// <summary>All items a run has collected so far, as NDJSON: a line each. To be disposed by the caller.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<Stream> StreamItems(Guid run, CancellationToken cancel = default) => Stream($"/v1/runs/{run}/items", "application/x-ndjson", cancel);

    /// <summary>All items a run has collected so far, as CSV with a header row. To be disposed by the caller.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>too_many_columns</c>: the items have more than 10,000 different fields.</exception>
    public Task<Stream> StreamItemsAsCsv(Guid run, CancellationToken cancel = default) => Stream($"/v1/runs/{run}/items", "text/csv", cancel);

    /// <summary>All log text of a run so far. To be disposed by the caller.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<Stream> StreamLog(Guid run, CancellationToken cancel = default) => Stream($"/v1/runs/{run}/logs", "text/plain", cancel);

    async Task<Stream> Stream(string path, string accept, CancellationToken cancel)
    {
        // The stream owns the connection: disposing it gives the connection back.
        var response = await Send(new(HttpMethod.Get, path), accept, cancel).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
    }
}
