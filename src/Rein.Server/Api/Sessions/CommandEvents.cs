using System.IO.Pipelines;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Feeds;

namespace Rein.Server.Api.Sessions;

/// <summary>The frames of a session as server-sent events, until it is over. A comment now and then tells a quiet stream from a dead one.</summary>
sealed class CommandEvents(IWorkerChannel channel, Guid session, TimeSpan heartbeat, KeyRing keys, TimeProvider time) : IResult
{
    /// <summary>Proxies drop connections that are silent for half a minute.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>What is written before the first frame.</summary>
    public Action<PipeWriter>? Greeting { get; init; }

    /// <summary>How a frame is written; null as the protocol says.</summary>
    public Func<PipeWriter, CommandFrame, Task>? Write { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        var frames = channel.Commands(session, over.Token).GetAsyncEnumerator(over.Token);
        var next = frames.MoveNextAsync().AsTask();
        try
        {
            var output = EventStream.Begin(httpContext);
            Greeting?.Invoke(output);
            using var pace = new PeriodicTimer(heartbeat < Longest ? heartbeat : Longest, time);
            var tick = pace.WaitForNextTickAsync(CancellationToken.None).AsTask();
            while (true)
            {
                if (!next.IsCompleted)
                    await output.FlushAsync(over.Token);
                while (await Task.WhenAny(next, tick) != next)
                {
                    if (!await SayAlive(output, httpContext))
                        return;
                    tick = pace.WaitForNextTickAsync(CancellationToken.None).AsTask();
                }
                if (!await next)
                    break;
                if (Write is null)
                    FrameWriter.WriteEvent(output, frames.Current);
                else
                    await Write(output, frames.Current);
                next = frames.MoveNextAsync().AsTask();
            }
            await output.FlushAsync(over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await frames.DisposeAsync();
        }
    }

    /// <summary>A stream may last for days: it ends when its key does.</summary>
    async Task<bool> SayAlive(PipeWriter output, HttpContext context)
    {
        if (await keys.Verify(context) is null)
            return false;
        output.Add(": \n\n"u8);
        await output.FlushAsync(context.RequestAborted);
        return true;
    }
}
