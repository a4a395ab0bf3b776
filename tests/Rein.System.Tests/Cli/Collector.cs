using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rein.System.Tests.Cli;

/// <summary>An OpenTelemetry collector that keeps what it is sent, by the path of its signal.</summary>
sealed class Collector : IDisposable
{
    readonly HttpListener listener = new();
    readonly ConcurrentQueue<(string Path, byte[] Body)> received = [];

    public Collector()
    {
        var port = FreePort();
        Url = $"http://127.0.0.1:{port}";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        _ = Take();
    }

    public string Url { get; }

    public byte[] All => [.. received.SelectMany(one => one.Body)];

    public byte[] Bytes(string path) => [.. received.Where(one => one.Path == path).SelectMany(one => one.Body)];

    public string Text(string path) => Encoding.Latin1.GetString(Bytes(path));

    async Task Take()
    {
        while (listener.IsListening)
            try
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.Close();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Dispose() => listener.Close();
}
