using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Feeds;

/// <summary>
/// The live feed of one run as server-sent events: what there is after an event, and then what comes, until the run has ended. Written by
/// hand, because the framework's own writes no comments, and comments are what tells a quiet feed from a dead one.
/// </summary>
sealed class EventStream(RunView view, long after, IStores stores, RunWaiter waiter, KeyRing keys) : IResult
{
    const int Page = 500;

    /// <summary>Proxies drop connections that are silent for half a minute.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    readonly Dictionary<string, (long Fence, long Number)> said = [];
    bool hasEnded = view.Run.HasEnded;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        using var watch = waiter.Watch(view.Run.Id);
        var rows = await stores.Reader.Events(view.Run.Id, after, Page, cancel);
        if (rows.Count == 0 && hasEnded)
        {
            // Tells a browser that reconnects by itself that there will never be more.
            httpContext.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        var output = Begin(httpContext);
        while (true)
        {
            foreach (var row in rows)
                Write(output, row);
            if (rows.Count == 0 && hasEnded)
                break;
            await WriteProgress(output, cancel);
            await output.FlushAsync(cancel);
            if (rows.Count == 0 && !await Next(output, watch, httpContext))
                return;
            rows = await stores.Reader.Events(view.Run.Id, after, Page, cancel);
        }
        output.Add(": ended\n\n"u8);
        await output.FlushAsync(cancel);
    }

    internal static PipeWriter Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return context.Response.BodyWriter;
    }

    void Write(PipeWriter output, EventRow row)
    {
        output.Add(Encoding.ASCII.GetBytes($"id: {row.Seq}\ndata: "));
        output.Add(Wire.Bytes(row.ToDocument(), Wire.Json.EventDocument));
        output.Add("\n\n"u8);
        after = row.Seq;
        hasEnded |= row.Lines.Any(line => line.Kind is RunEventKind.Ended);
    }

    /// <summary>Without an id: it is no part of the history, and whoever reconnects is told how far it is then.</summary>
    async Task WriteProgress(PipeWriter output, CancellationToken cancel)
    {
        if (hasEnded)
            return;
        var news = (await stores.Progress.Of(view.Run.Id, cancel)).Where(IsNews).ToList();
        if (news.Count == 0)
            return;
        output.Add("event: progress\ndata: "u8);
        output.Add(Wire.Bytes(
            new EventDocument
            {
                Seq = after, At = news.Max(row => row.At), Progress = [.. news.Select(row => row.ToDocument() with { Step = row.Step, Fence = row.Fence })],
            },
            Wire.Json.EventDocument));
        output.Add("\n\n"u8);
    }

    bool IsNews(ProgressRow row)
    {
        var isNews = said.GetValueOrDefault(row.Step) != (row.Fence, row.Number);
        said[row.Step] = (row.Fence, row.Number);
        return isNews;
    }

    /// <summary>A feed may last for days: it ends when its key does.</summary>
    async Task<bool> Next(PipeWriter output, Live.RunWatch watch, HttpContext context)
    {
        if (!await waiter.Changed(watch, Quiet, context.RequestAborted)
            || await keys.Verify(context) is null)
            return false;
        output.Add(": \n\n"u8);
        return true;
    }
}
