using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Rein.Protocol.Outward;

/// <summary>The closed addresses that an operator opens: networks, addresses and names, each for one port or for all.</summary>
public sealed class OpenedAddresses
{
    readonly Entry[] entries;

    OpenedAddresses(Entry[] entries) => this.entries = entries;

    /// <summary>Opens nothing.</summary>
    public static OpenedAddresses None { get; } = new([]);

    /// <summary>What is wrong with these entries, in words for the operator; empty when they can be read.</summary>
    public static IReadOnlyList<string> Faults(IEnumerable<string> entries) =>
        [.. entries.Select(text => Entry.TryRead(text, out _, out var fault) ? null : fault).OfType<string>()];

    /// <param name="entries">Each <c>CIDR[:PORT]</c>, <c>ADDRESS[:PORT]</c> or <c>NAME[:PORT]</c>; IPv6 with a port in brackets.</param>
    /// <exception cref="ArgumentException">One cannot be read; see <see cref="Faults"/>.</exception>
    public static OpenedAddresses Of(IEnumerable<string> entries) => new(
        [.. entries.Select(text => Entry.TryRead(text, out var entry, out var fault) ? entry : throw new ArgumentException(fault, nameof(entries)))]);

    /// <summary>Whether this address may be reached, for a host that was asked for by this name.</summary>
    public bool Open(string host, IPAddress address, int port)
    {
        foreach (var entry in entries)
            if ((entry.Port is null || entry.Port == port) && (entry.Network?.Contains(address) ?? entry.Name == Plain(host)))
                return true;
        return false;
    }

    /// <summary>The entry that opens exactly this.</summary>
    public static string EntryFor(IPAddress address, int port) => new IPEndPoint(Unscoped(address), port).ToString();

    /// <summary>Without the name of a network interface, which means nothing to the rule.</summary>
    static IPAddress Unscoped(IPAddress address) => new(address.GetAddressBytes());

    static string Plain(string host) => host.TrimEnd('.').ToLowerInvariant();

    sealed record Entry(IPNetwork? Network, string? Name, int? Port)
    {
        public static bool TryRead(string text, [NotNullWhen(true)] out Entry? entry, [NotNullWhen(false)] out string? fault)
        {
            entry = null;
            fault = $"'{text}' is no CIDR, address or host name, with or without a port, like 10.0.0.0/8, 127.0.0.1:8080, [::1]:8080 or intranet.example:443";
            var (host, port) = Split(text);
            if (port is not null && !IsPort(port))
            {
                fault = $"'{text}': '{port}' is no port: 1 to 65535";
                return false;
            }
            entry = Read(host, port is null ? null : int.Parse(port, CultureInfo.InvariantCulture), ref fault);
            return entry is not null;
        }

        static (string Host, string? Port) Split(string text)
        {
            if (text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
                return SplitBehind(text, end);
            // More than one colon is an address of IPv6 that stands without brackets, and so without a port.
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 || colon != text.LastIndexOf(':') ? (text, null) : (text[..colon], text[(colon + 1)..]);
        }

        /// <summary>Both [fd00::]/8:443 and [fd00::/8]:443 are meant as they look.</summary>
        static (string, string?) SplitBehind(string text, int end)
        {
            var rest = text[(end + 1)..];
            var colon = rest.IndexOf(':', StringComparison.Ordinal);
            var host = text[1..end] + (colon < 0 ? rest : rest[..colon]);
            return (host, colon < 0 ? null : rest[(colon + 1)..]);
        }

        static bool IsPort(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535;

        static Entry? Read(string host, int? port, ref string fault)
        {
            if (host.Contains('/', StringComparison.Ordinal))
            {
                if (!IPNetwork.TryParse(host, out var network) || !IsAddress(host.Split('/')[0], out var start))
                    return null;
                if (start.Equals(network.BaseAddress))
                    return new(Plain(network), null, port);
                fault = $"'{host}' has bits behind its prefix; {network} may be meant";
                return null;
            }
            if (IsAddress(host, out var address))
                return new(Plain(new IPNetwork(address, address.GetAddressBytes().Length * 8)), null, port);
            return Uri.CheckHostName(host) is UriHostNameType.Dns && !EndsInANumber(OpenedAddresses.Plain(host)) ? new(null, OpenedAddresses.Plain(host), port) : null;
        }

        /// <summary>An address that somebody mistyped, not a name: no last part of a name is a number, decimal or hexadecimal.</summary>
        static bool EndsInANumber(string host)
        {
            var last = host[(host.LastIndexOf('.') + 1)..];
            return last.Length == 0 || last.All(char.IsAsciiDigit) || (last.StartsWith("0x", StringComparison.Ordinal) && last[2..].All(char.IsAsciiHexDigit));
        }

        /// <summary>An address of IPv4 is looked at as one, however it was written.</summary>
        static IPNetwork Plain(IPNetwork network) => network is { BaseAddress.IsIPv4MappedToIPv6: true, PrefixLength: >= 96 }
            ? new(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96)
            : network;

        /// <summary>As it is written in full: 10.1 and 0x7f000001 are addresses too, but nobody reads them as what they are.</summary>
        static bool IsAddress(string host, [NotNullWhen(true)] out IPAddress? address) =>
            IPAddress.TryParse(host, out address) && (host.Contains(':', StringComparison.Ordinal) || address.ToString() == host);
    }
}
