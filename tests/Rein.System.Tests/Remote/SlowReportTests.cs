using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A report whose body is long on its way: what it says of how long ago something was counts from when it came.</summary>
public sealed class SlowReportTests : IAsyncLifetime
{
    /// <summary>A first request in its half is the runtime's compiler.</summary>
    static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    readonly TestServer server = new();

    [Fact]
    public async Task How_long_ago_a_stop_was_heard_counts_from_when_the_report_came_and_not_from_when_it_was_read()
    {
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var client = new ReinClient(http);
        var session = await client.OpenSession(new("by hand", "slow", ["process"], 1), Cancel);
        await using var frames = client.ReadCommands(session.Session, Cancel).GetAsyncEnumerator(Cancel);
        var next = frames.MoveNextAsync();
        var run = (await server.Client.StartInline(
            new() { Definition = Graph("process", """, "payload": { "pool": "slow", "command": ["true"] }""") }, cancel: Cancel)).Id;
        Assert.True(await next);
        var attempt = Assert.IsType<AssignFrame>(frames.Current).Attempt;
        await server.Client.Stop(run, new(), cancel: Cancel);
        var text = $$"""{ "reports": [{ "type": "heard", "attempt": { "run": "{{attempt.Run}}", "step": "{{attempt.Step}}", "fence": {{attempt.Fence}} }, "agoMs": 0 }] }""";

        var body = new AskedFor(text, () => server.Client.ReadRun(run, Long, cancel: Cancel));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/sessions/{session.Session}/reports") { Content = body };
        request.Headers.ExpectContinue = true;
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(request, Cancel)).StatusCode);

        Assert.InRange((await server.Client.ReadReceipt(run, cancel: Cancel)).HeardAt!.Value, DateTimeOffset.MinValue, body.AskedAt + (Long / 2));
    }

    /// <summary>The server asks for it once it has begun with the request, and something else goes by before it comes.</summary>
    sealed class AskedFor : HttpContent
    {
        readonly byte[] bytes;
        readonly Func<Task> meanwhile;

        public AskedFor(string text, Func<Task> meanwhile)
        {
            (bytes, this.meanwhile) = (Encoding.UTF8.GetBytes(text), meanwhile);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public DateTimeOffset AskedAt { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            AskedAt = TimeProvider.System.GetUtcNow();
            await meanwhile();
            await stream.WriteAsync(bytes);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
