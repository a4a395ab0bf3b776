using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>A worker as the SDK of xpander is one: it listens, and says what it has come to. Its addresses are spelt as the SDK spells them.</summary>
sealed class XpanderWorker : IAsyncDisposable
{
    readonly CancellationTokenSource leave = new();
    readonly Channel<(string Event, JsonElement Data)> events = Channel.CreateUnbounded<(string, JsonElement)>();
    readonly TestServer server;
    readonly string organization;
    readonly string key;
    readonly Task listening;

    XpanderWorker(TestServer server, string organization, string key, string agent)
    {
        (this.server, this.organization, this.key) = (server, organization, key);
        listening = Listen($"/xpander/{organization}/events//{agent}?environment=local/");
    }

    /// <summary>Its session.</summary>
    public string Id { get; private set; } = "";

    public JsonElement Registration { get; private set; }

    /// <param name="scopes">Of its key.</param>
    public static async Task<XpanderWorker> Connect(TestServer server, string agent, params string[] scopes)
    {
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = scopes is [] ? ["work", "read"] : scopes }, Cancel)).Key!;
        var organization = (await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id.ToString();
        var worker = new XpanderWorker(server, organization, key, agent);
        worker.Registration = await worker.Next("worker-registration");
        worker.Id = worker.Registration.GetProperty("id").GetString()!;
        return worker;
    }

    async Task Listen(string path)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "x-api-key", key } } };
            using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(leave.Token)).EnumerateAsync(leave.Token))
                events.Writer.TryWrite((item.EventType, JsonElement.Parse(item.Data)));
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException)
        {
            // It has left, or the server has.
        }
        events.Writer.TryComplete();
    }

    /// <summary>The next event, which must be of this sort.</summary>
    public async Task<JsonElement> Next(string name)
    {
        var (said, data) = await events.Reader.ReadAsync(Cancel);
        Assert.Equal(name, said);
        return data;
    }

    /// <summary>The next event of this sort.</summary>
    public async Task<JsonElement> NextOf(string name)
    {
        while (true)
            if (await events.Reader.ReadAsync(Cancel) is var (said, data) && said == name)
                return data;
    }

    public bool HasMore => events.Reader.TryPeek(out _);

    public Task<Told> Update(string task, string body) => server.Tell("PATCH", $"{XpanderCalls.Wire}/{task}/update", body, key);

    /// <summary>As the SDK does: the whole task, changed.</summary>
    public Task<Told> Save(JsonElement task, string status, string? result)
    {
        var whole = JsonNode.Parse(task.GetRawText())!.AsObject();
        (whole["status"], whole["result"]) = (status, result);
        whole.Remove("deep_planning");
        return Update(task.GetProperty("id").GetString()!, whole.ToJsonString());
    }

    /// <param name="at">Another node.</param>
    public Task<Told> Say(string word, string data = "null", TestServer? at = null) => (at ?? server).Tell(
        "POST", $"/xpander/{organization}/events//{Id}?type=worker&agent_id=x", $$"""{"id":"e","event":"{{word}}","data":{{data}}}""", key);

    /// <summary>The connection breaks; nothing is said.</summary>
    public async Task HangUp()
    {
        await leave.CancelAsync();
        await listening;
    }

    public async ValueTask DisposeAsync()
    {
        await HangUp();
        leave.Dispose();
    }
}
