using System.Text.Json;
using Rein.System.Tests.Api.Document;

namespace Rein.System.Tests.Host;

/// <summary>
/// Whatever a test asks of the native API: an answer that is no refusal and not as the OpenAPI document says fails it, whatever the test is about. The document is read
/// once, from the first server that answers.
/// </summary>
sealed class HeldToDocument() : DelegatingHandler(new SocketsHttpHandler())
{
    static readonly SemaphoreSlim s_reading = new(1);
    static AnswerContract? s_contract;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        // At a host name that was given to it another product's API answers.
        if (!answer.IsSuccessStatusCode || request.Headers.Host is not null)
            return answer;
        var contract = s_contract ?? await Read(new Uri(request.RequestUri!, "/openapi/v1.json"), cancellationToken);
        if (await contract.Difference(answer, cancellationToken) is { } difference)
            Assert.Fail(difference);
        return answer;
    }

    async Task<AnswerContract> Read(Uri document, CancellationToken cancel)
    {
        await s_reading.WaitAsync(cancel);
        try
        {
            if (s_contract is null)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, document);
                using var answer = await base.SendAsync(request, cancel);
                s_contract = new(JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel)));
            }
            return s_contract;
        }
        finally
        {
            s_reading.Release();
        }
    }
}
