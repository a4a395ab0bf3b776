using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rein.System.Tests.Trials;

/// <summary>
/// What the examples ask: pages, links, orders, and a service that takes an order and calls back, soon, late or never. Everything below a key of its own; it counts who
/// was asked for how often.
/// </summary>
sealed class TrialSite : IDisposable
{
    const int Pages = 4;

    /// <summary>Said while the step does not wait yet, or the server is on its way up: worth another call.</summary>
    static readonly string[] s_tooEarly = ["not_now", "step_not_found", "not_ready", "store_unavailable"];

    static readonly TimeSpan Again = TimeSpan.FromMilliseconds(20);

    readonly HttpListener listener = new();
    readonly HttpClient http = new();
    readonly ConcurrentDictionary<string, int> asked = [];
    readonly CancellationTokenSource over = new();

    public TrialSite()
    {
        Url = $"http://127.0.0.1:{FreePort()}";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        _ = Serve();
    }

    public string Url { get; }

    /// <summary>Where the server is now: it has another port in each life.</summary>
    public Uri? Rein { get; set; }

    public int Asked(string path) => asked.GetValueOrDefault(path);

    async Task Serve()
    {
        try
        {
            while (true)
                _ = Answer(await listener.GetContextAsync());
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task Answer(HttpListenerContext taken)
    {
        var path = taken.Request.Url!.AbsolutePath;
        asked.AddOrUpdate(path, 1, (_, before) => before + 1);
        try
        {
            if (path.Split('/') is [_, _, "order", var delay])
                await Order(taken, int.Parse(delay, CultureInfo.InvariantCulture));
            else
                await Show(taken.Response, path);
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException or JsonException)
        {
            // Whoever asked was stopped or killed meanwhile.
        }
    }

    async Task Show(HttpListenerResponse answer, string path)
    {
        var (status, type, body) = path.Split('/') switch
        {
            [_, _, "page", var number] => (200, "text/html", Page(int.Parse(number, CultureInfo.InvariantCulture))),
            [_, _, "orders"] => (200, "application/json", """[{"customer":"ada","price":3},{"customer":"bo","price":4},{"customer":"ada","price":5}]"""),
            [_, _, "up" or "slow"] => (200, "text/plain", "well"),
            _ => (404, "text/plain", "nothing"),
        };
        if (path.EndsWith("/slow", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        (answer.StatusCode, answer.ContentType) = (status, type);
        answer.Close(Encoding.UTF8.GetBytes(body), willBlock: false);
    }

    static string Page(int number) =>
        $"<html><title>{number}</title><h1>Page {number}</h1>{string.Concat(Enumerable.Range(number + 1, Math.Max(0, Pages - number - 1)).Select(next => $"<a href='{next}'>{next}</a>"))}</html>";

    async Task Order(HttpListenerContext taken, int delay)
    {
        var order = (await JsonDocument.ParseAsync(taken.Request.InputStream)).RootElement;
        taken.Response.StatusCode = 201;
        taken.Response.Close();
        if (delay < 0)
            return;
        await Task.Delay(TimeSpan.FromMilliseconds(delay), TimeProvider.System, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CallBack(new Uri(order.GetProperty("callback").GetString()!).AbsolutePath, order.GetProperty("secret").GetString()!);
    }

    async Task CallBack(string path, string secret)
    {
        var body = JsonSerializer.Serialize(new { secret, data = new { receipt = "R-1" } });
        for (var isTaken = false; !isTaken && !over.IsCancellationRequested;)
        {
            try
            {
                using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
                using var answer = await http.PostAsync(new Uri(Rein!, path), content, over.Token);
                isTaken = answer.IsSuccessStatusCode || !s_tooEarly.Any((await answer.Content.ReadAsStringAsync(over.Token)).Contains);
            }
            catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
            {
                // The server is between two lives, or the test is over.
            }
            if (!isTaken)
                await Task.Delay(Again, TimeProvider.System, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        over.Cancel();
        listener.Close();
        http.Dispose();
        over.Dispose();
    }
}
