using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Rein.Cli.Bench;

/// <summary>
/// One HTTP/1.1 connection that sends bytes made beforehand and reads just as much of the answer as it must: the load shares two cores with
/// the server, and what the client spends, the server lacks. One request at a time.
/// </summary>
sealed class HttpConnection : IDisposable
{
    readonly Socket socket;
    readonly ResponseBuffer response = new();

    HttpConnection(Socket socket) => this.socket = socket;

    /// <summary>Of the last answer; valid until the next request.</summary>
    public ReadOnlySpan<byte> Body => response.Body;

    /// <summary>To be called before the first socket of the process: completions then run where they are found, without a hop.</summary>
    public static void PreferInlineCompletions() => Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

    public static async Task<HttpConnection> Open(Uri server)
    {
        var address = (await Dns.GetHostAddressesAsync(server.Host))[0];
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(address, server.Port));
        return new(socket);
    }

    public static async Task<HttpConnection[]> Open(Uri server, int count)
    {
        var connections = new HttpConnection[count];
        for (var i = 0; i < count; i++)
            connections[i] = await Open(server);
        return connections;
    }

    /// <returns>The status.</returns>
    public async ValueTask<int> Send(ReadOnlyMemory<byte> request)
    {
        await socket.SendAsync(request);
        response.Clear();
        while (!response.IsComplete)
        {
            var read = await socket.ReceiveAsync(response.Room());
            if (read == 0)
                throw new IOException("The server closed the connection.");
            response.Took(read);
        }
        return response.Status;
    }

    /// <summary>The value of the first field of that name in the last answer, if it is an id.</summary>
    public Guid? FindId(ReadOnlySpan<byte> field)
    {
        var at = Body.IndexOf(field);
        return at >= 0 && Utf8Parser.TryParse(Body[(at + field.Length)..], out Guid id, out _) ? id : null;
    }

    public void Dispose() => socket.Dispose();
}
