using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace Rein.Protocol.Outward;

/// <summary>The addresses of a host, as the name service gives them now.</summary>
public delegate Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken stop);

/// <summary>
/// Opens connections for requests that somebody else decides on. It asks the name service itself and connects to the address that it has looked at, so
/// neither a second answer nor a redirect leads to one that is closed.
/// </summary>
public sealed class AddressGuard(OpenedAddresses opened, Resolve resolve)
{
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);
    static readonly TimeSpan ConnectionLives = TimeSpan.FromMinutes(2);

    /// <summary>With the machine's own name service.</summary>
    public AddressGuard(OpenedAddresses opened) : this(opened, AskMachine) { }

    /// <summary>The program that refuses, and takes the option that opens: <c>rein up</c>, if nothing is said.</summary>
    public string Program { get; init; } = "rein up";

    /// <summary>A handler whose every connection goes through this guard. It follows no redirect, keeps no cookie, and knows no proxy.</summary>
    /// <param name="atOnce">How many connections to one host.</param>
    public SocketsHttpHandler Handler(int atOnce = 32) => new()
    {
        ConnectCallback = async (context, stop) => await Connect(context.DnsEndPoint.Host, context.DnsEndPoint.Port, stop),
        ConnectTimeout = ConnectPatience,
        PooledConnectionLifetime = ConnectionLives,
        MaxConnectionsPerServer = atOnce,
        AutomaticDecompression = DecompressionMethods.All,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        // What is not wanted any more is not read to its end, but closed.
        MaxResponseDrainSize = 0,
    };

    /// <summary>A connection to the first address of the host that may be reached and answers.</summary>
    /// <exception cref="AddressRefusedException">None of its addresses may be reached.</exception>
    /// <exception cref="SocketException">It has no address, or none answers.</exception>
    public async Task<Stream> Connect(string host, int port, CancellationToken stop)
    {
        var addresses = await AddressesOf(host.Trim('[', ']'), stop);
        var reachable = addresses.Where(address => IsOpen(host, address, port)).ToList();
        if (reachable.Count == 0)
            throw addresses.Count == 0 ? new SocketException((int)SocketError.HostNotFound) : new AddressRefusedException(host, addresses[0], port, Program);
        for (var i = 0; ; i++)
            try
            {
                return await Connect(new(reachable[i], port), stop);
            }
            catch (SocketException) when (i < reachable.Count - 1)
            {
                // The next one may answer.
            }
    }

    async Task<IReadOnlyList<IPAddress>> AddressesOf(string host, CancellationToken stop)
    {
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, stop).WaitAsync(stop);
        return [.. found.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)];
    }

    bool IsOpen(string host, IPAddress address, int port) => ClosedRanges.WhyClosed(address) is null || opened.Open(host, address, port);

    static async Task<Stream> Connect(IPEndPoint to, CancellationToken stop)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static async Task<IReadOnlyList<IPAddress>> AskMachine(string host, CancellationToken stop) => await Dns.GetHostAddressesAsync(host, stop);
}
