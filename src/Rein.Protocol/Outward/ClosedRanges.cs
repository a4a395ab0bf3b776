using System.Net;
using System.Net.Sockets;

namespace Rein.Protocol.Outward;

/// <summary>The addresses that nobody reaches through Rein unless its operator opens them: this machine, its network, and what is no place in the Internet.</summary>
public static class ClosedRanges
{
    /// <summary>The address that two clouds answer on from inside of a machine; it stands in a range that is public otherwise.</summary>
    const string WireServer = "168.63.129.16/32";

    static readonly Range[] Ranges =
    [
        new("0.0.0.0/8", "unspecified"),
        new("10.0.0.0/8", "private"),
        new("100.64.0.0/10", "shared by a carrier"),
        new("127.0.0.0/8", "loopback"),
        new("169.254.0.0/16", "link-local, where clouds keep their metadata"),
        new("172.16.0.0/12", "private"),
        new("192.0.0.0/24", "reserved"),
        new("192.0.2.0/24", "reserved for documentation"),
        new("192.88.99.0/24", "reserved"),
        new("192.168.0.0/16", "private"),
        new("198.18.0.0/15", "reserved for benchmarks"),
        new("198.51.100.0/24", "reserved for documentation"),
        new("203.0.113.0/24", "reserved for documentation"),
        new(WireServer, "metadata of a cloud"),
        new("224.0.0.0/4", "multicast"),
        new("240.0.0.0/4", "reserved"),
        new("::/128", "unspecified"),
        new("::1/128", "loopback"),
        new("64:ff9b:1::/48", "translated, private"),
        new("2001::/23", "reserved"),
        new("2001:db8::/32", "reserved for documentation"),
        new("3fff::/20", "reserved for documentation"),
        new("fc00::/7", "private"),
        new("fe80::/10", "link-local"),
        new("fec0::/10", "private"),
        new("ff00::/8", "multicast"),
    ];

    /// <summary>Where an IPv6 address carries one of IPv4, by the byte that it begins at.</summary>
    static readonly (IPNetwork Network, int At)[] Carriers =
    [
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12),
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    static readonly IPNetwork Internet = IPNetwork.Parse("2000::/3");

    /// <summary>What kind of closed address it is, in words; null for one that is open to everybody.</summary>
    public static string? WhyClosed(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return WhyCarried(address, 12);
        if (address.AddressFamily is AddressFamily.InterNetwork)
            return Find(address);
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return "no Internet address";
        foreach (var (network, at) in Carriers)
            if (network.Contains(address))
                return WhyCarried(address, at);
        return Find(address) ?? (!Internet.Contains(address) ? "reserved" : IsTunnel(address) ? WhyCarried(address, 12) : null);
    }

    static string? WhyCarried(IPAddress address, int at)
    {
        var inner = new IPAddress(address.GetAddressBytes().AsSpan(at, 4));
        return Find(inner) is { } why ? $"{why}, as {inner}" : null;
    }

    /// <summary>ISATAP: the second half says to which IPv4 address the packets go, in whatever network.</summary>
    static bool IsTunnel(IPAddress address)
    {
        var half = address.GetAddressBytes().AsSpan(8);
        return half[0] is 0 or 2 && half[1..4].SequenceEqual<byte>([0, 0x5e, 0xfe]);
    }

    static string? Find(IPAddress address)
    {
        foreach (var range in Ranges)
            if (range.Network.Contains(address))
                return range.Why;
        return null;
    }

    sealed record Range(string Text, string Why)
    {
        public IPNetwork Network { get; } = IPNetwork.Parse(Text);
    }
}
