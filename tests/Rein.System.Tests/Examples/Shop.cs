using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rein.System.Tests.Examples;

/// <summary>
/// A service that lists its orders, or takes one, and calls back when it is paid: at once, or never. It has no key, only what the order brings.
/// </summary>
sealed class Shop : IDisposable
{
    static readonly byte[] Orders = """[{"customer":"ada","price":3},{"customer":"bo","price":4},{"customer":"ada","price":5}]"""u8.ToArray();

    readonly HttpListener listener = new();
    readonly HttpClient http = new();
    readonly TaskCompletionSource<HttpStatusCode> called = new(TaskCreationOptions.RunContinuationsAsynchronously);

    readonly bool callsBack;

    public Shop(bool callsBack = true)
    {
        this.callsBack = callsBack;
        Url = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(Url);
        listener.Start();
        _ = Serve();
    }

    public string Url { get; }

    /// <summary>What its call was answered.</summary>
    public Task<HttpStatusCode> Called => called.Task;

    async Task Serve()
    {
        var taken = await listener.GetContextAsync();
        if (taken.Request.HttpMethod is "GET")
        {
            taken.Response.ContentType = "application/json";
            taken.Response.Close(Orders, willBlock: false);
            return;
        }
        var order = (await JsonDocument.ParseAsync(taken.Request.InputStream)).RootElement;
        taken.Response.StatusCode = 201;
        taken.Response.Close();
        if (!callsBack)
            return;
        called.TrySetResult(await Call(order.GetProperty("callback").GetString()!, order.GetProperty("secret").GetString()!));
    }

    /// <summary>The order may not be answered yet where the call arrives: the step does not wait then, and it is tried again.</summary>
    async Task<HttpStatusCode> Call(string url, string secret)
    {
        var body = JsonSerializer.Serialize(new { secret, data = new { receipt = "R-1" } });
        while (true)
        {
            using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var answer = await http.PostAsync(url, content);
            if (answer.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound))
                return answer.StatusCode;
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
        listener.Close();
        http.Dispose();
    }
}
