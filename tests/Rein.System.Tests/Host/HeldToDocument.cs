using System.Collections.Concurrent;
using System.Text.Json;
using Rein.System.Tests.Api.Document;

namespace Rein.System.Tests.Host;

/// <summary>
/// Whatever a test asks of the native API or of a dialect: an answer that is no refusal and not as its OpenAPI document says fails it, whatever the test is about. Each document is
/// read once, from the first server that answers.
/// </summary>
/// <param name="dialectsAsSaid">False where a setting makes a dialect answer otherwise: its document says the reading that is usual.</param>
sealed class HeldToDocument(bool dialectsAsSaid) : DelegatingHandler(new SocketsHttpHandler())
{
    static readonly SemaphoreSlim s_reading = new(1);
    static readonly ConcurrentDictionary<string, AnswerContract> s_contracts = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        // At a host name that was given to it another product's API answers.
        if (!answer.IsSuccessStatusCode || request.Headers.Host is not null)
            return answer;
        var first = request.RequestUri!.Segments.Length > 1 ? request.RequestUri.Segments[1].TrimEnd('/') : "";
        var name = first is "axiom" or "b3os" or "lobstr" or "xpander" ? first : "v1";
        if (name is not "v1" && !dialectsAsSaid)
            return answer;
        var contract = s_contracts.GetValueOrDefault(name) ?? await Read(name, request.RequestUri, cancellationToken);
        if (await contract.Difference(answer, cancellationToken) is { } difference)
            Assert.Fail(difference);
        return answer;
    }

    async Task<AnswerContract> Read(string name, Uri server, CancellationToken cancel)
    {
        await s_reading.WaitAsync(cancel);
        try
        {
            if (s_contracts.TryGetValue(name, out var known))
                return known;
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"/openapi/{name}.json"));
            using var answer = await base.SendAsync(request, cancel);
            return s_contracts[name] = new(JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel)), $"/{name}/", writesNulls: name is not "v1");
        }
        finally
        {
            s_reading.Release();
        }
    }
}
