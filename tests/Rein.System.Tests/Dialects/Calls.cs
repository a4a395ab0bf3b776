using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Rein.Protocol;
using Rein.Server.Dialects;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Asks as the clients of another product do, by hand.</summary>
static class Calls
{
    public static bool IsOfADialect(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IEndpointGroupNameMetadata>() is { } group && DialectOptions.Names.Contains(group.EndpointGroupName);

    public static bool IsOf(this RouteEndpoint endpoint, string dialect) =>
        endpoint.Metadata.GetMetadata<IEndpointGroupNameMetadata>()?.EndpointGroupName == dialect;

    /// <summary>Without a body there is no Content-Type either.</summary>
    /// <param name="key">Null for the first key; empty for none.</param>
    public static async Task<Said> Ask(this TestServer server, string method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (key is not "")
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key ?? server.Key}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Cancel), new() { MaxDepth = 200 }));
    }

    /// <summary>Waits until a step of a run is held by a worker.</summary>
    public static async Task UntilAssigned(this ReinClient client, Guid run, string step)
    {
        await foreach (var change in client.Watch(run, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "step_assigned" && line.Step == step))
                return;
    }

    public static async Task<RunDocument> Until(this ReinClient client, Guid run, Func<RunDocument, bool> isSo)
    {
        long? revision = null;
        while (true)
        {
            var now = await client.ReadRun(run, revision is null ? null : TimeSpan.FromSeconds(10), revision, Cancel);
            if (isSo(now))
                return now;
            revision = now.Revision;
        }
    }
}

/// <param name="Status">Of HTTP.</param>
sealed record Said(int Status, JsonElement Json)
{
    public JsonElement Data => Json.GetProperty("data");

    public int Code => Json.GetProperty("code").GetInt32();

    public string Text(string name) => Data.GetProperty(name).GetString()!;
}
