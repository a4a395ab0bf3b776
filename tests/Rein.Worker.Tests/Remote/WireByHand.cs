using System.Net;
using System.Text;
using Rein.Protocol.Problems;
using Rein.Protocol.Remote;

namespace Rein.Worker.Tests.Remote;

/// <summary>What answers a channel's requests is the test itself: also what no server of ours ever says.</summary>
sealed class WireByHand(Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> answer) : HttpMessageHandler
{
    public WireByHand(Func<HttpRequestMessage, HttpResponseMessage> answer) : this((request, _) => answer(request)) { }

    public HttpChannel Channel() => new(new HttpClient(this) { BaseAddress = new("http://rein.test"), Timeout = Timeout.InfiniteTimeSpan });

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(answer(request, cancellationToken));

    public static HttpResponseMessage Refuse(int status, string code) => new((HttpStatusCode)status)
    {
        Content = new StringContent($$"""{"code":"{{code}}","title":"No.","status":{{status}}}""", Encoding.UTF8, Problem.MediaType),
    };

    public static HttpResponseMessage Say(int status, string text, string type) => new((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, type) };

    public static HttpResponseMessage Events(params string[] data) => Say(200, string.Concat(data.Select(one => $"data: {one}\n\n")), "text/event-stream");
}
