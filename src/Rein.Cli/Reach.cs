using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Rein.Cli.Up;
using Rein.Protocol;

namespace Rein.Cli;

/// <summary>How a command finds its server and its key: the environment first, then the data folder.</summary>
static class Reach
{
    public static ReinClient Client()
    {
        var folder = new DataFolder(DataFolder.Default);
        var beside = Variable("REIN_URL") is { } said ? new(said, 0) : folder.Server() ?? new("http://127.0.0.1:7300", 0);
        var url = beside.Url;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw new CommandException(ExitCode.BadUsage, $"REIN_URL={url} is no address like http://127.0.0.1:7300.");
        var key = Variable("REIN_KEY") ?? folder.Key()
            ?? throw new CommandException(ExitCode.NoServer, $"There is no key: neither in REIN_KEY nor in {folder.KeyFile}. A server that was started here writes it: rein up");
        return Client(server, key, beside.Certificate);
    }

    /// <param name="certificate">The one that it must show, by its SHA-256 in hex; null for any that this machine trusts.</param>
    public static ReinClient Client(Uri server, string key, string? certificate = null)
    {
        // Nothing stands between this machine and itself, and looking for a proxy takes time.
        var handler = new SocketsHttpHandler { UseProxy = !server.IsLoopback, AutomaticDecompression = DecompressionMethods.None };
        if (certificate is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString(HashAlgorithmName.SHA256) == certificate;
        var http = new HttpClient(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new(http);
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
