using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Rein.Cli.Demo;
using Rein.Core.Runs;
using Rein.Protocol.Outward;
using Rein.Steps.Crawl;
using Rein.Steps.Tests.Host;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Cli;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_stops_real_work_shows_that_nothing_is_left_and_cleans_up()
    {
        using var cli = new TestCli();
        var folder = Directory.CreateDirectory(Path.Combine(cli.Data, "files")).FullName;
        for (var i = 0; i < 50; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, $"{i}"), $"{i}", TestContext.Current.CancellationToken);

        var said = await cli.Run("demo", "--folder", folder);

        Assert.Equal((0, ""), (said.Code, said.Errors));
        Assert.Contains("as many as were acknowledged", said.Output);
        Assert.Contains("verdict killed", said.Output);
        Assert.Contains("nothing is left", said.Output);
        Assert.Matches(@"200 +http://127\.0\.0\.1:\d+/docs/ +Rein, the documentation", said.Output);
        Assert.Contains("stopped: \"enough pages\"", said.Output);
        Assert.Matches(@"kept +([6-9]|1\d) pages", said.Output);
        var file = Regex.Match(said.Output, @"^file +(?<name>\S+)  \d+ items  sha256 (?<sha>\w{64})$", RegexOptions.Multiline);
        var written = await File.ReadAllBytesAsync(file.Groups["name"].Value, TestContext.Current.CancellationToken);
        Assert.Equal(file.Groups["sha"].Value, Convert.ToHexStringLower(SHA256.HashData(written)));
        Assert.False(Directory.Exists(said.Output.Split('\n')[0].Split("its data in ")[1].Trim()));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task What_it_is_told_to_crawl_is_open_to_its_server_and_nothing_beside_it(string address)
    {
        Assert.SkipWhen(address is "[::1]" && !IPGlobalProperties.GetIPGlobalProperties().GetUnicastAddresses().Any(own => own.Address.Equals(IPAddress.IPv6Loopback)), "This machine has no ::1.");
        await using var site = await Site.Start(address);
        await using var beside = await Site.Start(address);
        site.Page("/", "The site", "/more").Sends("/more", beside.Url + "/").Page("/robots.txt", "");
        var url = DemoCommand.Site($"{site.Url}/")!;
        var guard = new AddressGuard(OpenedAddresses.Of([DemoCommand.Opened(url)]));
        using var crawl = new CrawlStep(guard, TimeProvider.System);
        await using var node = await TestNode.Start(new() { Handlers = { [CrawlStep.Kind] = crawl.Execute } });

        var run = await node.UntilEnded(await node.StartRun(SiteCrawl.Definition(url).GetRawText()));

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Contains($$"""{"url":"{{site.Url}}/","status":200,"depth":0,"title":"The site",""", (await node.Items(run.Id))[0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<AddressRefusedException>(() => guard.Connect(new Uri(beside.Url).Host, beside.Port, TestContext.Current.CancellationToken));
        Assert.Empty(beside.Asked);
    }

    [Theory]
    [InlineData("https://Example.com/path", "example.com:443")]
    [InlineData("http://web1:8080/", "web1:8080")]
    [InlineData("http://bücher.example/", "xn--bcher-kva.example:80")]
    [InlineData("http://[fd00::1]:8080/", "[fd00::1]:8080")]
    public void What_is_opened_is_the_host_and_the_port_of_the_address(string url, string entry)
    {
        Assert.Equal(entry, DemoCommand.Opened(DemoCommand.Site(url)));
        Assert.Empty(OpenedAddresses.Faults([entry]));
    }
}
