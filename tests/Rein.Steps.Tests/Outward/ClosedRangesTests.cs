using System.Buffers.Binary;
using System.Net;
using Rein.Protocol.Outward;

namespace Rein.Steps.Tests.Outward;

public sealed class ClosedRangesTests
{
    /// <summary>First and last address of every range, and with them the neighbours outside, where those are open.</summary>
    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255", null, "1.0.0.0")]
    [InlineData("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0")]
    [InlineData("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0")]
    [InlineData("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0")]
    [InlineData("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0")]
    [InlineData("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0")]
    [InlineData("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0")]
    [InlineData("192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0")]
    [InlineData("192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0")]
    [InlineData("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0")]
    [InlineData("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0")]
    [InlineData("198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0")]
    [InlineData("203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0")]
    [InlineData("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17")]
    [InlineData("224.0.0.0", "255.255.255.255", "223.255.255.255", null)]
    [InlineData("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null, "2000::")]
    [InlineData("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::")]
    [InlineData("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::")]
    [InlineData("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::")]
    [InlineData("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    public void A_range_is_closed_from_its_first_address_to_its_last(string first, string last, string? before, string? behind)
    {
        Assert.NotNull(ClosedRanges.WhyClosed(IPAddress.Parse(first)));
        Assert.NotNull(ClosedRanges.WhyClosed(IPAddress.Parse(last)));
        foreach (var open in new[] { before, behind }.OfType<string>())
            Assert.Null(ClosedRanges.WhyClosed(IPAddress.Parse(open)));
    }

    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("fd00:ec2::254", "private")]
    [InlineData("fe80::1%1", "link-local")]
    [InlineData("fec0::1", "private")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("255.255.255.255", "reserved")]
    [InlineData("::127.0.0.1", "reserved")]
    [InlineData("64:ff9b:1::7f00:1", "private")]
    public void It_says_of_what_kind_an_address_is(string address, string why) =>
        Assert.Contains(why, ClosedRanges.WhyClosed(IPAddress.Parse(address)), StringComparison.Ordinal);

    /// <summary>A hundred thousand addresses of IPv4: in each of its disguises an address is what it is without.</summary>
    [Fact]
    public void A_disguise_opens_nothing_and_closes_nothing()
    {
        var random = new Random(20_261_126);
        Span<byte> plain = stackalloc byte[4];
        for (var i = 0; i < 100_000; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(plain, (uint)random.NextInt64(1L << 32));
            var isClosed = ClosedRanges.WhyClosed(new(plain)) is not null;
            foreach (var disguised in Disguises(plain))
                Assert.True(isClosed == ClosedRanges.WhyClosed(disguised) is not null, $"{new IPAddress(plain)} as {disguised}");
        }
    }

    static List<IPAddress> Disguises(ReadOnlySpan<byte> plain) =>
    [
        new([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, .. plain]),
        new([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, .. plain]),
        new([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, .. plain]),
        new([0x20, 0x02, .. plain, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        new([0x26, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x5e, 0xfe, .. plain]),
        new([0x26, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0x5e, 0xfe, .. plain]),
    ];

    [Theory]
    [InlineData("fe80::5efe:8.8.8.8")]
    [InlineData("fd00::200:5efe:8.8.8.8")]
    public void An_open_address_in_a_closed_network_is_closed(string address) => Assert.NotNull(ClosedRanges.WhyClosed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80b::200e")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    public void What_is_in_the_Internet_is_open(string address) => Assert.Null(ClosedRanges.WhyClosed(IPAddress.Parse(address)));
}
