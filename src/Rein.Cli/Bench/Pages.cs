using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Rein.Cli.Bench;

/// <summary>A site of so many pages on the loopback, each of which takes its time: a tree, so that a crawl soon knows of more than it visits at once.</summary>
sealed class Pages : IAsyncDisposable
{
    const int Branches = 10;

    /// <summary>About what an article has.</summary>
    static readonly string Paragraphs = string.Concat(Enumerable.Repeat("<p>Lorem ipsum dolor sit amet, <em>consectetur</em> adipiscing elit, sed do eiusmod.</p>\n", 40));

    readonly WebApplication app;
    readonly int count;
    readonly TimeSpan each;
    long served;
    long ticks;

    Pages(WebApplication app, int count, TimeSpan each) => (this.app, this.count, this.each) = (app, count, each);

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public long Served => Volatile.Read(ref served);

    /// <summary>How long they took, together: a timer is late by a little, and that is not the crawl's.</summary>
    public TimeSpan Took => TimeSpan.FromTicks(Volatile.Read(ref ticks));

    public static async Task<Pages> Serve(int count, TimeSpan each)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var pages = new Pages(app, count, each);
        app.Run(pages.Answer);
        await app.StartAsync();
        return pages;
    }

    async Task Answer(HttpContext context)
    {
        if (!int.TryParse(context.Request.Path.Value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var page) || page >= count)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var began = TimeProvider.System.GetTimestamp();
        await Task.Delay(each, TimeProvider.System, context.RequestAborted);
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.Body.WriteAsync(Text(page), context.RequestAborted);
        Interlocked.Add(ref ticks, TimeProvider.System.GetElapsedTime(began).Ticks);
        Interlocked.Increment(ref served);
    }

    byte[] Text(int page)
    {
        var text = new StringBuilder($"<!doctype html><title>Page {page}</title><main>\n").Append(Paragraphs);
        for (var link = (page * Branches) + 1; link <= (page * Branches) + Branches && link < count; link++)
            text.Append(CultureInfo.InvariantCulture, $"<a href=\"/{link}\">{link}</a>\n");
        return Encoding.UTF8.GetBytes(text.Append("</main>").ToString());
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
