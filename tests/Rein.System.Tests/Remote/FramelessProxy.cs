using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rein.System.Tests.Remote;

/// <summary>What becomes of a worker's stream of frames.</summary>
public enum StreamFate
{
    Passed,

    /// <summary>The server sends, the worker receives nothing: a proxy that buffers.</summary>
    Swallowed,

    /// <summary>Whoever asks for it is hung up on.</summary>
    Cut,

    /// <summary>Whoever asks for it waits.</summary>
    Unanswered,

    /// <summary>Whoever asks for it, or for anything else, is told that there is no such thing: by a proxy without a server behind it.</summary>
    Unknown,
}

/// <summary>A proxy in front of a server. Almost all requests go through, but for the streams of workers, with which it does what it is told.</summary>
sealed class FramelessProxy : IAsyncDisposable
{
    readonly HttpClient server;
    readonly WebApplication app;
    CancellationTokenSource change = new();
    StreamFate fate;

    FramelessProxy(string server, StreamFate fate)
    {
        this.fate = fate;
        this.server = new(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 }) { BaseAddress = new(server), Timeout = Timeout.InfiniteTimeSpan };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(http => this.fate is StreamFate.Unknown ? Refuse(http) : http.Request.Path.Value!.EndsWith("/commands", StringComparison.Ordinal) ? Stream(http) : Answer(http));
    }

    int refusedBeats;
    int hungBeats;

    /// <summary>Heartbeats are answered by nobody, and nobody hangs up on them.</summary>
    public volatile bool HangsBeats;

    public int HungBeats => Volatile.Read(ref hungBeats);

    /// <summary>Every batch of reports that came, as it was sent.</summary>
    public ConcurrentQueue<string> Reported { get; } = new();

    /// <summary>How many heartbeats it has told that there is no such thing.</summary>
    public int RefusedBeats => Volatile.Read(ref refusedBeats);

    async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (HangsBeats && path.EndsWith("/heartbeat", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref hungBeats);
            await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        if (path.EndsWith("/reports", StringComparison.Ordinal))
        {
            http.Request.EnableBuffering();
            using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
            Reported.Enqueue(await reader.ReadToEndAsync(http.RequestAborted));
            http.Request.Body.Position = 0;
        }
        await Pass(http, http.RequestAborted);
    }

    Task Refuse(HttpContext http)
    {
        if (http.Request.Path.Value!.EndsWith("/heartbeat", StringComparison.Ordinal))
            Interlocked.Increment(ref refusedBeats);
        http.Response.StatusCode = 404;
        return http.Response.WriteAsync("<html>No such host.</html>");
    }

    public Uri Url => new(app.Urls.Single());

    public static async Task<FramelessProxy> Start(string server, StreamFate fate)
    {
        var proxy = new FramelessProxy(server, fate);
        await proxy.app.StartAsync();
        return proxy;
    }

    /// <summary>From here on, for the streams that are open as well.</summary>
    public async Task Change(StreamFate next)
    {
        var former = change;
        (fate, change) = (next, new());
        await former.CancelAsync();
    }

    async Task Stream(HttpContext http)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, change.Token);
        try
        {
            if (fate is StreamFate.Unanswered)
                await new TaskCompletionSource().Task.WaitAsync(over.Token);
            else if (fate is not StreamFate.Cut)
                await Pass(http, over.Token, isSilent: fate is StreamFate.Swallowed);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits is hung up on.
        }
        http.Abort();
    }

    async Task Pass(HttpContext http, CancellationToken cancel, bool isSilent = false)
    {
        using var request = new HttpRequestMessage(new(http.Request.Method), http.Request.Path.Value);
        request.Headers.TryAddWithoutValidation("Authorization", (string?)http.Request.Headers.Authorization);
        if (http.Request.ContentType is { } type)
        {
            request.Content = new StreamContent(http.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        using var answer = await server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await http.Response.StartAsync(cancel);
        var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
            if (!isSilent)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancel);
                await http.Response.Body.FlushAsync(cancel);
            }
    }

    public async ValueTask DisposeAsync()
    {
        await change.CancelAsync();
        await app.DisposeAsync();
        server.Dispose();
        change.Dispose();
    }
}
