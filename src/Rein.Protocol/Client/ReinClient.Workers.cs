using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;

namespace Rein.Protocol;

/// <summary>What a worker asks; <see cref="HttpChannel"/> is made of it. All of it needs the scope <c>work</c>, and no other.</summary>
public sealed partial class ReinClient
{
    /// <summary>What one request carries at most, in bytes: the server takes twice as much.</summary>
    const int MostReports = 8 << 20;

    /// <summary>Opens a session of a worker. Sessions that the same worker left open are over with it, and what they held is lost.</summary>
    /// <param name="request">How the worker presents itself.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>bad_field</c>, <c>bad_name</c>, <c>worker_name_taken</c>; <c>too_many_sessions</c>: of one key.</exception>
    public Task<SessionOpened> OpenSession(OpenSession request, CancellationToken cancel = default) =>
        Send(HttpMethod.Post, "/v1/sessions", request, ProtocolJson.Default.OpenSession, ProtocolJson.Default.SessionOpened, cancel);

    /// <summary>The frames for a session from one connection, until that ends. What is lost with a connection is said again by heartbeats.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="cancel">Ends the connection; the session goes on.</param>
    /// <exception cref="ReinException"><c>session_not_found</c>: it is over.</exception>
    public async IAsyncEnumerable<CommandFrame> ReadCommands(Guid session, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var response = await Send(new(HttpMethod.Get, $"/v1/sessions/{session}/commands"), "text/event-stream", cancel).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var parser = SseParser.Create(stream, (_, data) => FrameReader.Read(data));
        await foreach (var frame in parser.EnumerateAsync(cancel).ConfigureAwait(false))
            if (frame.Data is { } known)
                yield return known;
    }

    /// <summary>Reports of a session, in order. Each may be repeated.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="reports">At least one.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <returns>An answer each, in their order.</returns>
    /// <exception cref="ReinException"><c>session_not_found</c>: it is over, and nothing of this batch was taken; <c>too_many_batches</c>: neither, and it can be sent again.</exception>
    public async Task<IReadOnlyList<ReportAnswer>> SendReports(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel = default)
    {
        var answers = new List<ReportAnswer>(reports.Count);
        do
        {
            var body = new ArrayBufferWriter<byte>(4096);
            var count = ReportWriter.Write(body, reports, answers.Count, MostReports);
            var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/sessions/{session}/reports") { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
            request.Content.Headers.ContentType = new("application/json");
            var reply = await Send(request, ProtocolJson.Default.ReportAnswerList, cancel).ConfigureAwait(false);
            if (reply.Answers.Count != count)
                throw new ReinException(Problems.Problem.Of(Problems.ProblemCodes.UnexpectedResponse, $"{count} reports have {reply.Answers.Count} answers."));
            answers.AddRange(reply.Answers.Select(Read));
        }
        while (answers.Count < reports.Count);
        return answers;
    }

    static ReportAnswer Read(ReportAnswerDocument answer) => new(
        answer.Status switch
        {
            "accepted" => ReportStatus.Accepted,
            "fenced" => ReportStatus.Fenced,
            "unknown" => ReportStatus.Unknown,
            "refused" => ReportStatus.Refused,
            _ => ReportStatus.Retry,
        },
        answer.HaveUpTo ?? 0,
        answer.IsStopping is true);

    /// <summary>Says that a worker lives, and what it holds. A frame in the answer that cannot be read is passed over: the others are taken, and the lease is renewed.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="beat">What it holds.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>session_not_found</c>: it is over.</exception>
    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel = default)
    {
        var reply = await Send(HttpMethod.Post, $"/v1/sessions/{session}/heartbeat", new() { Held = beat.Held, Digest = beat.Digest, Capacity = beat.Capacity },
            ProtocolJson.Default.BeatRequest, ProtocolJson.Default.BeatReply, cancel).ConfigureAwait(false);
        return new(reply.IsOpen, [.. reply.Outstanding.Select(frame => FrameReader.TryRead(JsonMarshal.GetRawUtf8Value(frame))).OfType<CommandFrame>()], reply.SendHeld is true)
        {
            Former = reply.Former ?? [],
        };
    }

    /// <summary>Ends a session. What it held and has not reported is lost; what was on its way to it is handed back.</summary>
    /// <param name="session">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>session_not_found</c>: it is over already.</exception>
    public async Task CloseSession(Guid session, CancellationToken cancel = default) =>
        (await Send(new(HttpMethod.Delete, $"/v1/sessions/{session}"), "application/json", cancel).ConfigureAwait(false)).Dispose();
}
