using System.Globalization;
using Rein.Protocol.Outward;
using Rein.Steps.Web;
using Rein.Worker;

namespace Rein.Steps.Http;

/// <summary>
/// The kind <c>http</c>: one request, whose answer is the result: <c>{status, headers, body, bodyIs}</c>. Which statuses are a success is said
/// by the payload; every other outcome is a failure, and the node's policy says how often and after which pause it is tried again.
/// </summary>
public sealed class HttpStep(AddressGuard guard, TimeProvider time) : IDisposable
{
    public const string Kind = "http";

    /// <summary>Connections to one host: as many as a worker has places by default.</summary>
    const int MostAtOnce = 256;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly HttpMessageInvoker web = new(guard.Handler(MostAtOnce));

    public async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        var payload = HttpPayload.Parse(run.Payload.Span);
        using var timeUp = payload.TimeoutSeconds is null ? new CancellationTokenSource(Patience, time) : new();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeUp.Token);
        try
        {
            return await Ask(payload, either.Token);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            return StepResult.Failure(timeUp.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"there was no whole answer within {Patience.TotalSeconds} s; timeoutSeconds changes that")
                : $"no connection: {late.Message}");
        }
        catch (Exception trouble) when (WebTrouble.Say(trouble) is { } why)
        {
            return StepResult.Failure(why);
        }
    }

    async Task<StepResult> Ask(HttpPayload payload, CancellationToken stop)
    {
        var request = Request.Of(payload);
        for (var hop = 0; ; hop++)
        {
            using var answer = await Send(request, stop);
            if (payload.MaxRedirects == 0 || Redirect.Of(answer, request.Url) is not { } target)
                return await Judge(payload, request, answer, stop);
            if (hop == payload.MaxRedirects)
                throw new WebTrouble($"it is redirected more than {hop} times, lately by {Redirect.Place(request.Url)}");
            request = request.Follow(target, answer.StatusCode);
        }
    }

    async Task<HttpResponseMessage> Send(Request request, CancellationToken stop)
    {
        using var message = request.ToMessage();
        return await web.SendAsync(message, stop);
    }

    static async Task<StepResult> Judge(HttpPayload payload, Request request, HttpResponseMessage answer, CancellationToken stop)
    {
        var body = request.Method == HttpMethod.Head ? [] : await BoundedBody.Read(answer.Content, payload.MaxResponseBytes, stop);
        var status = (int)answer.StatusCode;
        var isAccepted = payload.Accepts(status);
        var read = Answer.Of(answer, body);
        if (isAccepted && read.Trouble is { } trouble)
            return StepResult.Failure(trouble, read.Json);
        return isAccepted
            ? StepResult.SuccessWith(read.Json)
            : StepResult.Failure($"{Redirect.Place(request.Url)} answered {status} {answer.ReasonPhrase}".TrimEnd(), read.Json);
    }

    public void Dispose() => web.Dispose();
}
