using System.IO.Pipelines;
using System.Text;
using Rein.Server.Access;
using Rein.Server.Api.Feeds;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>An open stream: changes, and between them comments, by which a quiet one is told from a dead one. It is begun by being made.</summary>
sealed class ChangeWriter(HttpContext context, KeyRing keys)
{
    /// <summary>Proxies drop connections that are silent for half a minute.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    readonly PipeWriter output = EventStream.Begin(context);

    public void Write(RunChange change)
    {
        output.Add(Encoding.ASCII.GetBytes($"event: {change.Type}\ndata: "));
        output.Add(Wire.Bytes(change, B3osWire.Json.RunChange));
        output.Add("\n\n"u8);
    }

    /// <summary>Where a client that reconnects goes on.</summary>
    public void WritePlace(long seq) => output.Add(Encoding.ASCII.GetBytes($"id: {seq}\n\n"));

    public async Task Flush() => await output.FlushAsync(context.RequestAborted);

    public Task SayAlive()
    {
        output.Add(": \n\n"u8);
        return Flush();
    }

    /// <summary>A stream may last for days: it ends when its key does.</summary>
    public async Task<bool> IsOpen()
    {
        if (await keys.Verify(context) is null)
            return false;
        await SayAlive();
        return true;
    }
}
