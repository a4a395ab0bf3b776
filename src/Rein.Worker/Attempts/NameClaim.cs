using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Rein.Worker.Attempts;

/// <summary>
/// Nobody else on this machine is the worker of this name at this server while it is held, so that what is not its own was executed by a life that is
/// over. The system lets go of it with the process, however that ends. On Linux it is a name in the kernel and no file: services have folders of their own for those.
/// </summary>
sealed class NameClaim(Uri server, string worker) : IDisposable
{
    readonly string place = "rein-worker-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server.Authority}/{worker}")), 0, 16);
    readonly Lock gate = new();
    IDisposable? held;

    /// <summary>Asked again, it tries again: whoever had the name may have gone.</summary>
    public bool IsHeld()
    {
        lock (gate)
            return (held ??= Take()) is not null;
    }

    IDisposable? Take()
    {
        try
        {
            return OperatingSystem.IsLinux() ? TakeName() : TakeFile();
        }
        catch (Exception taken) when (taken is SocketException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    Socket TakeName()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint("\0" + place));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    FileStream TakeFile() => new(Path.Combine(Path.GetTempPath(), place), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    public void Dispose()
    {
        lock (gate)
        {
            held?.Dispose();
            held = null;
        }
    }
}
