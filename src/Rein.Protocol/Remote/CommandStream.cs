using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;

namespace Rein.Protocol.Remote;

/// <summary>
/// Reads the frames of a session on a thread of its own, synchronously: code that blocks every thread of the pool, which is what one wants to stop, cannot
/// keep a stop from arriving. The stream is opened again for as long as the session lives.
/// </summary>
/// <param name="http">Sends synchronously.</param>
/// <param name="session">Whose frames.</param>
/// <param name="quiet">A stream that says nothing for so long, not even a comment, is dead; so is a request for one that nobody answers.</param>
/// <param name="time">Counts it.</param>
/// <param name="frames">Completed when the session is over.</param>
sealed class CommandStream(HttpClient http, Guid session, TimeSpan quiet, TimeProvider time, ChannelWriter<CommandFrame> frames)
{
    readonly Pause pause = new();

    /// <returns>Completes when the thread has ended.</returns>
    public Task Begin(CancellationToken over)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Run(over);
            }
            finally
            {
                ended.SetResult();
            }
        }) { IsBackground = true, Name = "rein frames" }.Start();
        return ended.Task;
    }

    void Run(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                if (!ReadOnce(over))
                    break;
            }
            catch (Exception)
            {
                // Cut, or no frames: on a thread of its own whatever is not caught ends the process. It is opened again, if anybody still wants it.
            }
            over.WaitHandle.WaitOne(pause.Next());
        }
        frames.TryComplete();
    }

    /// <returns>False: the session is over.</returns>
    bool ReadOnce(CancellationToken over)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/sessions/{session}/commands");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = Send(request, over);
        using var stream = new WatchedStream(response.Content.ReadAsStream(over), quiet, time);
        using var ended = over.UnsafeRegister(static open => ((IDisposable)open!).Dispose(), response);
        if (!response.IsSuccessStatusCode)
            return !IsOver(response, stream);
        pause.Begin();
        foreach (var frame in SseParser.Create(stream, (_, data) => FrameReader.Read(data)).Enumerate())
            if (frame.Data is { } known)
                frames.TryWrite(known);
        return true;
    }

    HttpResponseMessage Send(HttpRequestMessage request, CancellationToken over)
    {
        using var patience = new CancellationTokenSource(quiet, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, over);
        return http.Send(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
    }

    /// <summary>Only the server itself ends a session, and says so by its code: a proxy without a server behind it says 404 too.</summary>
    static bool IsOver(HttpResponseMessage response, Stream body) =>
        response.Content.Headers.ContentType?.MediaType == Problem.MediaType
        && JsonSerializer.Deserialize(body, ProtocolJson.Default.Problem) is { } problem
        && HttpChannel.IsOver(problem.Code);
}
