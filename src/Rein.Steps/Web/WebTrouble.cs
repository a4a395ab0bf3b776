using System.Net.Sockets;
using System.Security.Authentication;
using Rein.Protocol.Outward;

namespace Rein.Steps.Web;

/// <summary>A request came to nothing, for a reason that a person can read.</summary>
sealed class WebTrouble(string message) : Exception(message)
{
    /// <summary>The sentence for what went wrong on the way; null for what is a fault of ours.</summary>
    public static string? Say(Exception trouble) => trouble switch
    {
        WebTrouble or AddressRefusedException => trouble.Message,
        HttpRequestException { InnerException: AddressRefusedException refused } => refused.Message,
        HttpRequestException { InnerException: AuthenticationException tls } => $"no secure connection: {tls.Message}",
        HttpRequestException { InnerException: SocketException socket } => $"no connection: {socket.Message}",
        HttpRequestException or HttpIOException or IOException => $"the answer broke off: {trouble.Message}",
        // The body says it is compressed, and is not.
        InvalidDataException => $"the answer cannot be unpacked: {trouble.Message}",
        _ => null,
    };
}
