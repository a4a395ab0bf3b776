using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Rein.System.Tests.Cli;

/// <summary>What a collector is sent. The names in a protobuf message are plain text in it.</summary>
public sealed class TelemetryTests : IDisposable
{
    readonly TestCli cli = new();

    [Fact]
    public async Task A_collector_is_sent_traces_metrics_and_logs()
    {
        using var collector = new Collector();
        string run;
        await using (var up = await TestUp.Start(cli, "--otlp", collector.Url))
        {
            run = (await cli.Run("start", "--file", cli.Write("hold.json", """{"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"hold"}}}"""))).Line;
            await cli.Run("stop", run, "--reason", "seen enough");
            await up.Terminate();
        }
        Assert.Contains("rein.stop.latency", collector.Text("/v1/metrics"));
        var traces = collector.Text("/v1/traces");
        foreach (var said in new[] { "rein.verdict", "attempt", "signalled", "POST /v1/runs/{run}/stop", run })
            Assert.Contains(said, traces);
        Assert.True(collector.Bytes("/v1/traces").AsSpan().IndexOf(Convert.FromHexString(run.Replace("-", "", StringComparison.Ordinal))) >= 0, "the trace is not the run's");
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_nothing_up()
    {
        await using var up = await TestUp.Start(cli, "--otlp", "http://127.0.0.1:9");
        Assert.Equal(0, (await cli.Run("runs")).Code);
        Assert.Equal(0, await up.Terminate());
    }

    [Fact]
    public async Task What_is_no_address_is_refused() =>
        Assert.Contains("--otlp nowhere is no address", (await cli.Run("up", "--port", "0", "--otlp", "nowhere")).Errors);

    public void Dispose() => cli.Dispose();

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
            using var socket = new global::System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            return ((IPEndPoint)socket.LocalEndpoint).Port;
        }

        public void Dispose() => listener.Close();
    }
}
