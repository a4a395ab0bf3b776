using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Streams may last for days; none goes on behind the end of its key.</summary>
public sealed class DialectStreamTests : IAsyncLifetime
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    // A session that nobody beats for is not over before its key.
    readonly TestServer server = new() { Adjust = options => options with { Time = new Hurried(), Lease = TimeSpan.FromHours(1) } };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("/b3os/v1/runs/run_RUN/stream")]
    [InlineData("/b3os/v1/runs/run_that_is_still_to_come/stream")]
    [InlineData("/b3os/v1/workflows/wf_AGENT/runs/stream")]
    [InlineData("/xpander/ORGANIZATION/agent-execution/RUN/events")]
    [InlineData("/xpander/ORGANIZATION/events/WORKED?environment=local/")]
    public async Task A_stream_ends_with_its_key(string path)
    {
        var name = await server.Save("delay", """, "payload": { "delayMs": 86400000 }""");
        var run = await server.Client.Start(name, cancel: Cancel);
        var agent = (await server.Client.ReadWorkflow(name, cancel: Cancel)).Id;
        var worked = (await server.Tell("POST", $"{XpanderCalls.Rest}/agents", """{"name":"Worked"}""")).Text("id");
        var organization = (await server.Stores.Keys.FindOrganization("default", Cancel))!.Value;
        var isXpander = path.StartsWith("/xpander", StringComparison.Ordinal);
        path = path.Replace("RUN", isXpander ? run.Id.ToString() : $"{run.Id:N}", StringComparison.Ordinal).Replace("AGENT", $"{agent:N}", StringComparison.Ordinal)
            .Replace("ORGANIZATION", organization.ToString(), StringComparison.Ordinal).Replace("WORKED", worked, StringComparison.Ordinal);
        var made = await server.Client.CreateKey(new() { Name = "listener", Scopes = ["read", "work"] }, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { isXpander ? "x-api-key" : "Authorization", isXpander ? made.Key! : $"Bearer {made.Key}" } } };
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.NotNull(await reader.ReadLineAsync(Cancel));

        await server.Client.RevokeKey(made.Id, Cancel);

        Assert.DoesNotContain("_finished\n", await reader.ReadToEndAsync(Cancel).WaitAsync(s_patience, TimeProvider.System, Cancel), StringComparison.Ordinal);
    }
}
