using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;

namespace Rein.Protocol.Remote;

/// <summary>
/// A worker's way to a server over HTTP. It dials out, so a worker can sit behind any NAT. A server that is away is waited for, and a broken stream is
/// opened again, both with a pause that grows and is never the same for two workers. For one worker at a time.
/// </summary>
public sealed class HttpChannel : IWorkerChannel, IDisposable
{
    static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan s_reportTimeout = TimeSpan.FromSeconds(30);

    readonly HttpClient http;
    readonly ReinClient client;
    readonly TimeProvider time;
    TimeSpan heartbeat = TimeSpan.FromSeconds(5);
    TimeSpan beatTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A channel with connections of its own.</summary>
    /// <param name="server">For example <c>https://rein.example</c>.</param>
    /// <param name="key">A key with the scope <c>work</c>.</param>
    public HttpChannel(Uri server, string key)
        : this(new HttpClient(NewHandler(server)) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan }) =>
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);

    /// <summary>A stream that is given up is closed, and not read to an end that never comes.</summary>
    static SocketsHttpHandler NewHandler(Uri server) =>
        new() { UseProxy = !server.IsLoopback, MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero, ConnectTimeout = s_connectTimeout };

    /// <summary>A channel over connections that somebody else set up, with base address, key, and no timeout; it disposes them.</summary>
    /// <param name="http">Sends over HTTP/1.1, synchronously as well.</param>
    /// <param name="time">Counts the pauses; null for the system's.</param>
    public HttpChannel(HttpClient http, TimeProvider? time = null) =>
        (this.http, client, this.time) = (http, new(http), time ?? TimeProvider.System);

    /// <summary>The server at the other end.</summary>
    public Uri Server => http.BaseAddress!;

    /// <inheritdoc/>
    /// <exception cref="ReinException">The server refuses it for good: <c>unauthenticated</c>, <c>missing_scope</c>, <c>bad_field</c>, <c>bad_name</c>, <c>worker_name_taken</c>.</exception>
    public async Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
    {
        var pause = new Pause();
        while (true)
        {
            try
            {
                using var limited = Limit(s_reportTimeout, cancel);
                var opened = await client.OpenSession(request, limited.Token).ConfigureAwait(false);
                heartbeat = TimeSpan.FromMilliseconds(opened.HeartbeatMs);
                beatTimeout = BeatTimeout(heartbeat, TimeSpan.FromMilliseconds(opened.LeaseMs));
                return opened;
            }
            catch (Exception away) when (IsAway(away) && !cancel.IsCancellationRequested)
            {
                // It is asked again.
            }
            await Task.Delay(pause.Next(), time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// One heartbeat: one that hangs leaves the time of another one to the next, in a lease of three. Short ones wait longer, but never for more than half of what the lease has left
    /// behind the first.
    /// </summary>
    static TimeSpan BeatTimeout(TimeSpan heartbeat, TimeSpan lease)
    {
        var patient = heartbeat < s_shortest ? s_shortest : heartbeat;
        var most = (lease - heartbeat) / 2;
        return most > TimeSpan.Zero && most < patient ? most : patient;
    }

    static bool IsAway(Exception broken) =>
        broken is OperationCanceledException or ReinException { Code: ProblemCodes.Unreachable or ProblemCodes.UnexpectedResponse } or ReinException { Status: 429 or >= 500 };

    /// <summary>What a server says of a session that it will never hear again. A key that was revoked ends it too: nothing is taken from its worker any more.</summary>
    internal static bool IsOver(string code) => code is ProblemCodes.SessionNotFound or ProblemCodes.Unauthenticated or ProblemCodes.MissingScope;

    /// <inheritdoc/>
    public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        var frames = Channel.CreateUnbounded<CommandFrame>(new() { SingleReader = true, SingleWriter = true });
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = new CommandStream(http, session, 3 * heartbeat, time, frames.Writer).Begin(over.Token);
        try
        {
            await foreach (var frame in frames.Reader.ReadAllAsync(cancel))
                yield return frame;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel)
    {
        using var limited = Limit(s_reportTimeout, cancel);
        try
        {
            return await client.SendReports(session, reports, limited.Token).ConfigureAwait(false);
        }
        catch (ReinException over) when (IsOver(over.Code))
        {
            // Nobody will ever take them: what is left to prove is asked for when the next session is opened.
            return [.. reports.Select(_ => new ReportAnswer(ReportStatus.Unknown))];
        }
    }

    /// <inheritdoc/>
    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        using var limited = Limit(beatTimeout, cancel);
        try
        {
            return await client.Beat(session, beat, limited.Token).ConfigureAwait(false);
        }
        catch (ReinException over) when (IsOver(over.Code))
        {
            return new(false, []);
        }
    }

    /// <inheritdoc/>
    public async Task Close(Guid session, CancellationToken cancel)
    {
        using var limited = Limit(s_reportTimeout, cancel);
        try
        {
            await client.CloseSession(session, limited.Token).ConfigureAwait(false);
        }
        catch (ReinException over) when (over.Code is ProblemCodes.Unreachable || IsOver(over.Code))
        {
            // It is over, or will be when its lease has run out.
        }
    }

    /// <summary>A connection whose other end has vanished says nothing, for as long as one listens.</summary>
    LimitedWait Limit(TimeSpan most, CancellationToken cancel) => new(most, time, cancel);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>A token that fires with another one, or when the time is up.</summary>
    sealed class LimitedWait : IDisposable
    {
        readonly CancellationTokenSource timeout;
        readonly CancellationTokenSource both;

        public LimitedWait(TimeSpan most, TimeProvider time, CancellationToken cancel)
        {
            timeout = new(most, time);
            both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        }

        public CancellationToken Token => both.Token;

        public void Dispose()
        {
            both.Dispose();
            timeout.Dispose();
        }
    }
}
