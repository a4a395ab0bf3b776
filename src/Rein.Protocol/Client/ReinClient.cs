using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rein.Protocol.Problems;

namespace Rein.Protocol;

/// <summary>
/// The typed client of a Rein server. Safe for use by many threads at once. Every method throws <see cref="ReinException"/> when it
/// is refused or the server cannot be reached, and <see cref="OperationCanceledException"/> when its token fires; a command whose
/// caller went away is carried out nevertheless.
/// </summary>
public sealed partial class ReinClient : IDisposable
{
    readonly HttpClient http;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="server">For example <c>http://127.0.0.1:7300</c>.</param>
    /// <param name="key">An API key; null for the few addresses that need none.</param>
    public ReinClient(Uri server, string? key)
        : this(new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan })
    {
        if (key is not null)
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    /// <summary>A client over connections that somebody else set up, with base address, key, and a timeout longer than any wait; it disposes them.</summary>
    /// <param name="http">What sends the requests.</param>
    public ReinClient(HttpClient http) => this.http = http;

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    Task<T> Get<T>(string path, JsonTypeInfo<T> reply, CancellationToken cancel) =>
        Send(new(HttpMethod.Get, path), reply, cancel);

    Task<T> Send<TBody, T>(HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> type, JsonTypeInfo<T> reply, CancellationToken cancel) =>
        Send(With(new(method, path), body, type), reply, cancel);

    static HttpRequestMessage With<TBody>(HttpRequestMessage request, TBody body, JsonTypeInfo<TBody> type)
    {
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        request.Content.Headers.ContentType = new("application/json");
        return request;
    }

    async Task<T> Send<T>(HttpRequestMessage request, JsonTypeInfo<T> reply, CancellationToken cancel)
    {
        using var response = await Send(request, "application/json", cancel).ConfigureAwait(false);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, reply, cancel).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException broken)
        {
            throw new ReinException(Problem.Of(ProblemCodes.UnexpectedResponse, broken.Message), broken);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new ReinException(Problem.Of(ProblemCodes.Unreachable, broken.Message), broken);
        }
    }

    /// <summary>Sends, and hands out only an answer that is no refusal.</summary>
    async Task<HttpResponseMessage> Send(HttpRequestMessage request, string accept, CancellationToken cancel)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        }
        catch (HttpRequestException broken)
        {
            // What is wrong with a certificate stands inside.
            var what = broken.InnerException is AuthenticationException refused ? refused.Message : broken.Message;
            throw new ReinException(Problem.Of(ProblemCodes.Unreachable, $"{http.BaseAddress}: {what}"), broken);
        }
        finally
        {
            request.Dispose();
        }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new ReinException(await ReadProblem(response, cancel).ConfigureAwait(false));
    }

    async Task<Problem> ReadProblem(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType == Problem.MediaType)
            try
            {
                var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
                if (JsonSerializer.Deserialize(body, ProtocolJson.Default.Problem) is { Code.Length: > 0 } problem)
                    return problem;
            }
            catch (Exception broken) when (broken is JsonException or HttpRequestException or IOException)
            {
                // Then it is not an answer of this API.
            }
        // Whoever stands in front of the server takes less than it does: what is too large for him never arrives, however often it is sent.
        if (response.StatusCode is HttpStatusCode.RequestEntityTooLarge)
            return Problem.Of(ProblemCodes.BodyTooLarge, $"Something on the way to {http.BaseAddress} takes no request of this size.");
        return Problem.Of(ProblemCodes.UnexpectedResponse, $"It answered {(int)response.StatusCode} to {response.RequestMessage?.RequestUri}.");
    }

    static string Escape(string text) => Uri.EscapeDataString(text);
}
