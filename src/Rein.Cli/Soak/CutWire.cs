using System.Net;
using System.Net.Sockets;

namespace Rein.Cli.Soak;

/// <summary>A network of its own between a worker and the server: whole, cut (connections break, and new ones too) or silent (nothing arrives until it is healed).</summary>
sealed class CutWire : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource over = new();
    readonly Lock mutex = new();
    readonly Uri server;
    readonly Task accepting;
    CancellationTokenSource connections = new();
    TaskCompletionSource flows = Done();
    bool isCut;

    public CutWire(Uri server)
    {
        this.server = server;
        listener.Start();
        accepting = Accept();
    }

    /// <summary>Where a worker finds the server.</summary>
    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public void Cut()
    {
        lock (mutex)
        {
            isCut = true;
            Break_NeedsLock();
        }
    }

    /// <summary>What is sent stays on its way: it arrives late, and not never.</summary>
    public void Silence()
    {
        lock (mutex)
            flows = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <param name="breaking">What was on its way is lost with its connection.</param>
    public void Heal(bool breaking)
    {
        lock (mutex)
        {
            isCut = false;
            if (breaking)
                Break_NeedsLock();
            flows.TrySetResult();
        }
    }

    void Break_NeedsLock()
    {
        connections.Cancel();
        connections = new();
    }

    static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    async Task Accept()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
                carried.Add(Carry(await listener.AcceptSocketAsync(over.Token)));
        }
        catch (OperationCanceledException)
        {
            lock (mutex)
                Break_NeedsLock();
            await Task.WhenAll(carried);
        }
    }

    async Task Carry(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            CancellationToken broken;
            lock (mutex)
            {
                if (isCut)
                    return;
                broken = connections.Token;
            }
            try
            {
                await far.ConnectAsync(server.Host, server.Port, broken);
                await Task.WhenAny(Pump(near, far, broken), Pump(far, near, broken));
            }
            catch (Exception ended) when (ended is SocketException or OperationCanceledException)
            {
                // Either end sees its connection break, which is all there is to say.
            }
        }
    }

    /// <summary>Ends with the connection, however that ends.</summary>
    async Task Pump(Socket from, Socket to, CancellationToken broken)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await from.ReceiveAsync(buffer, broken) is > 0 and var read)
            {
                await Flows().WaitAsync(broken);
                await to.SendAsync(buffer.AsMemory(0, read), broken);
            }
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // As above.
        }
    }

    Task Flows()
    {
        lock (mutex)
            return flows.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await accepting;
        listener.Dispose();
        over.Dispose();
        connections.Dispose();
    }
}
