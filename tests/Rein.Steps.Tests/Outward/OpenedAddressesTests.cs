using System.Net;
using Rein.Protocol.Outward;

namespace Rein.Steps.Tests.Outward;

public sealed class OpenedAddressesTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "x", "10.1.2.3", 80, true)]
    [InlineData("10.0.0.0/8", "x", "11.0.0.0", 80, false)]
    [InlineData("10.0.0.0/8:443", "x", "10.1.2.3", 443, true)]
    [InlineData("10.0.0.0/8:443", "x", "10.1.2.3", 80, false)]
    [InlineData("127.0.0.1", "x", "127.0.0.1", 1, true)]
    [InlineData("127.0.0.1", "x", "127.0.0.2", 1, false)]
    [InlineData("127.0.0.1:8080", "x", "127.0.0.1", 8080, true)]
    [InlineData("127.0.0.1:8080", "x", "127.0.0.1", 8081, false)]
    [InlineData("::1", "x", "::1", 80, true)]
    [InlineData("[::1]:80", "x", "::1", 80, true)]
    [InlineData("[::1]:80", "x", "::1", 81, false)]
    [InlineData("fd00::/8", "x", "fd12::1", 80, true)]
    [InlineData("[fd00::/8]:80", "x", "fd12::1", 80, true)]
    [InlineData("[fd00::]/8:80", "x", "fd12::1", 81, false)]
    [InlineData("::ffff:127.0.0.1", "x", "127.0.0.1", 80, true)]
    [InlineData("::ffff:10.0.0.0/104", "x", "10.9.9.9", 80, true)]
    [InlineData("0.0.0.0/0", "x", "127.0.0.1", 80, true)]
    [InlineData("0.0.0.0/0", "x", "::1", 80, false)]
    [InlineData("Intranet.example", "intranet.EXAMPLE.", "10.0.0.1", 80, true)]
    [InlineData("intranet.example", "other.example", "10.0.0.1", 80, false)]
    [InlineData("intranet.example:443", "intranet.example", "10.0.0.1", 80, false)]
    [InlineData("localhost", "127.0.0.1", "127.0.0.1", 80, false)]
    [InlineData("web1:8080", "web1", "10.0.0.1", 8080, true)]
    [InlineData("rack-0.2nd.x0", "rack-0.2nd.x0", "10.0.0.1", 80, true)]
    public void An_entry_opens_what_it_says_and_nothing_else(string entry, string host, string address, int port, bool isOpen) =>
        Assert.Equal(isOpen, OpenedAddresses.Of([entry]).Open(host, IPAddress.Parse(address), port));

    [Theory]
    [InlineData("10.0.0.1", 80)]
    [InlineData("::1", 8080)]
    [InlineData("fe80::1%3", 80)]
    [InlineData("64:ff9b::a00:1", 443)]
    public void What_a_refusal_recommends_opens_exactly_that(string address, int port)
    {
        var closed = IPAddress.Parse(address);
        var opened = OpenedAddresses.Of([OpenedAddresses.EntryFor(closed, port)]);

        Assert.True(opened.Open("x", closed, port));
        Assert.False(opened.Open("x", closed, port + 1));
    }

    [Theory]
    [InlineData("", "no CIDR")]
    [InlineData(" ", "no CIDR")]
    [InlineData("10.0.0.1/8", "10.0.0.0/8 may be meant")]
    [InlineData("fd00::1/8", "fd00::/8 may be meant")]
    [InlineData("10.0.0.0/33", "no CIDR")]
    [InlineData("10.0.0", "no CIDR")]
    [InlineData("256.1.1.1", "no CIDR")]
    [InlineData("0x7f000001", "no CIDR")]
    [InlineData("10.0.0.0x1f", "no CIDR")]
    [InlineData("intranet.10", "no CIDR")]
    [InlineData("10.0.1.", "no CIDR")]
    [InlineData("127.0.0.1:0", "'0' is no port")]
    [InlineData("127.0.0.1:65536", "'65536' is no port")]
    [InlineData("host:http", "'http' is no port")]
    [InlineData("[::1]:", "'' is no port")]
    [InlineData("http://intranet/", "no port")]
    [InlineData("*.example", "no CIDR")]
    [InlineData("a b", "no CIDR")]
    [InlineData("::/129", "no CIDR")]
    public void An_entry_that_cannot_be_meant_is_refused_in_words(string entry, string says)
    {
        Assert.Contains(says, Assert.Single(OpenedAddresses.Faults([entry, "10.0.0.0/8"])), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OpenedAddresses.Of([entry]));
    }
}
