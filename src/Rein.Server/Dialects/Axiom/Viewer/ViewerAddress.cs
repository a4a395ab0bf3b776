using System.Text.RegularExpressions;

namespace Rein.Server.Dialects.Axiom.Viewer;

/// <summary>
/// What opens a run: its pid, which stands in the name of a host that there is not, <c>c-0007-v4-proxy.…</c>, and its password. Both as they were said, and either
/// may be missing.
/// </summary>
sealed partial record ViewerAddress(string? Pid, string? Password)
{
    /// <summary>Behind the mount of the dialect.</summary>
    public const string Path = "/viewer";

    public const int LongestHost = 300;

    public static ViewerAddress Nothing { get; } = new(null, null);

    /// <param name="origin">Where others reach the dialect, without a slash at its end.</param>
    public static string Of(string origin, string pid, string password, Guid run)
    {
        var (host, port) = Uri.TryCreate(origin, UriKind.Absolute, out var uri) ? (uri.IdnHost, uri.Port) : ("localhost", 443);
        return $"{origin}{Path}?host=c-00{pid}-v4-proxy.{Uri.EscapeDataString(host)}&port={port}&password={Uri.EscapeDataString(password)}&taskId={run}";
    }

    /// <summary>Reads a whole URL, the query of one, or what documents print: the bare host with the rest of the query behind it.</summary>
    public static ViewerAddress Parse(string text)
    {
        var (pid, password) = (default(string), default(string));
        foreach (var pair in text[(text.IndexOf('?', StringComparison.Ordinal) + 1)..].Split('&'))
            switch (pair.Split('=', 2))
            {
                case ["pid", var said]: pid = PidOf(Uri.UnescapeDataString(said)) ?? Uri.UnescapeDataString(said); break;
                case ["host", var said]: pid ??= PidOf(Uri.UnescapeDataString(said)); break;
                case ["pw" or "password", var said]: password = Uri.UnescapeDataString(said); break;
                case [var said, ..]: pid ??= PidOf(Uri.UnescapeDataString(said)); break;
            }
        return new(pid, password);
    }

    /// <summary>From the name of a host; null where it is none of these.</summary>
    public static string? PidOf(string host) =>
        host.Length <= LongestHost && Host().Match(host) is { Success: true } found ? found.Groups["pid"].Value : null;

    public ViewerAddress Or(ViewerAddress other) => new(Pid ?? other.Pid, Password ?? other.Password);

    [GeneratedRegex(@"\A(?:[a-z0-9]+-)?c-[0-9]{2}(?<pid>[0-9]{2})-v[0-9]+-proxy(?:\.|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Host();
}
