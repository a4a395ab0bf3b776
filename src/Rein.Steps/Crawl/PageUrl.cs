using System.Text;
using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>A page's address, spelt in one way only: whoever has seen one, has seen all of its spellings.</summary>
/// <param name="Origin">Scheme, host in ASCII and lower case, port where it is not the scheme's own.</param>
/// <param name="Path">Path and query, escaped; at least a slash. No fragment.</param>
/// <param name="Site">Host and port. The schemes' own ports are one site: http leads to https everywhere.</param>
readonly record struct PageUrl(string Origin, string Path, string Site)
{
    const int Longest = 2048;

    /// <summary>Null for what no crawl visits: other schemes, with a user in it, too long.</summary>
    public static PageUrl? Of(Uri url)
    {
        if (!url.IsAbsoluteUri || !Redirect.IsWeb(url) || url.IdnHost.TrimEnd('.') is not { Length: > 0 } host)
            return null;
        var site = (url.HostNameType is UriHostNameType.IPv6 ? $"[{host}]" : host.ToLowerInvariant()) + (url.IsDefaultPort ? "" : $":{url.Port}");
        var page = new PageUrl($"{url.Scheme}://{site}", Canonical(url.PathAndQuery), site);
        return page.Origin.Length + page.Path.Length <= Longest ? page : null;
    }

    public Uri Uri => new(ToString());

    public override string ToString() => Origin + Path;

    /// <summary>Escapes in capitals, and none of what needs none.</summary>
    public static string Canonical(string path)
    {
        if (path.All(c => char.IsAscii(c) && c is not '%'))
            return path;
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
            if (path[i] is '%' && i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2]))
            {
                var plain = (char)Convert.ToByte(path.Substring(i + 1, 2), 16);
                if (char.IsAsciiLetterOrDigit(plain) || plain is '-' or '.' or '_' or '~')
                    text.Append(plain);
                else
                    text.Append('%').Append(char.ToUpperInvariant(path[i + 1])).Append(char.ToUpperInvariant(path[i + 2]));
                i += 2;
            }
            else if (char.IsAscii(path[i]))
                text.Append(path[i]);
            else
                i += Escape(path, i, text) - 1;
        return text.ToString();
    }

    static int Escape(string path, int at, StringBuilder text)
    {
        Rune.DecodeFromUtf16(path.AsSpan(at), out var rune, out var length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var one in bytes[..rune.EncodeToUtf8(bytes)])
            text.Append('%').Append(Convert.ToHexString([one]));
        return length;
    }
}
