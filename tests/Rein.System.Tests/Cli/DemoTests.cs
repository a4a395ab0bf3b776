using System.Security.Cryptography;
using System.Text.RegularExpressions;

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
}
