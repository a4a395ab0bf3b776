using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Rein.Steps.Tests.Host;

/// <summary>A web site on a free port of an address of the loopback. What it has no answer for is 404.</summary>
sealed class Site : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentDictionary<string, RequestDelegate> answers = new();

    Site(WebApplication app) => this.app = app;

    /// <summary>Without a slash at its end.</summary>
    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public int Port => new Uri(Url).Port;

    /// <summary>Paths and queries that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<Site> Start(string address = "127.0.0.1", int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{address}:{port}");
        var app = builder.Build();
        var site = new Site(app);
        app.Run(site.Answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    public Site On(string path, RequestDelegate answer)
    {
        answers[path] = answer;
        return this;
    }

    public Site Text(string path, string text, string type = "text/html; charset=utf-8", int status = 200) =>
        Bytes(path, Encoding.UTF8.GetBytes(text), type, status);

    public Site Bytes(string path, byte[] body, string? type, int status = 200) => On(path, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    });

    public Site Page(string path, string title, params string[] links) =>
        Text(path, $"<!doctype html><title>{title}</title>{string.Concat(links.Select(link => $"<a href=\"{link}\">x</a>"))}");

    public Site Sends(string path, string to, int status = 302) => On(path, context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = to;
        return Task.CompletedTask;
    });

    async Task Answer(HttpContext context)
    {
        var asked = context.Request.Path + context.Request.QueryString;
        Asked.Enqueue(asked);
        if (answers.TryGetValue(asked, out var answer) || answers.TryGetValue(context.Request.Path, out answer))
            await answer(context);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
