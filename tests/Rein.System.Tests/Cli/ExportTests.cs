using System.Security.Cryptography;
using System.Text.Json;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Cli;

public sealed class ExportTests(CliFixture fixture) : IClassFixture<CliFixture>
{
    readonly TestCli cli = fixture.Cli;

    [Fact]
    public async Task An_export_is_saved_whole_and_says_how_many_items_it_has_and_their_digest()
    {
        var run = await Collected("json-lines", "{\"a\":1}\\n{\"a\":2}\\n");
        var file = Path.Combine(cli.Data, "items.ndjson");
        var said = await cli.Run("export", run, "--output", file);

        Assert.Equal((0, "{\"a\":1}\n{\"a\":2}\n"), (said.Code, await File.ReadAllTextAsync(file, TestServer.Cancel)));
        Assert.Equal($"{file}  2 items  sha256 {Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, TestServer.Cancel)))}", said.Line);
        Assert.Empty(Directory.GetFiles(cli.Data, "*.part"));

        var table = await cli.Run("export", run, "--format", "csv", "--output", file, "--json");
        Assert.Equal((2, "csv"), (JsonElement.Parse(table.Output).GetProperty("items").GetInt32(), JsonElement.Parse(table.Output).GetProperty("format").GetString()));
        Assert.Equal("a\r\n1\r\n2\r\n", await File.ReadAllTextAsync(file, TestServer.Cancel));
        Assert.Equal("a\r\n1\r\n2\r\n", (await cli.Run("items", run, "--format", "csv")).Output);
    }

    [Fact]
    public async Task A_place_where_nothing_can_be_saved_is_said_and_what_stood_there_stays()
    {
        var run = await Collected("lines", "one\\n");
        var said = await cli.Run("export", run, "--output", Path.Combine(cli.Data, "nowhere", "items.csv"));
        Assert.Equal((2, ""), (said.Code, said.Output));
        Assert.Contains("cannot be written", said.Errors);
    }

    [Fact]
    public async Task A_run_that_has_not_ended_has_no_file_and_what_was_saved_before_stays()
    {
        var file = cli.Write("before.ndjson", "kept");
        var run = (await cli.Run("start", "hold")).Line;
        var said = await cli.Run("export", run, "--output", file, "--wait", "100ms");
        Assert.Equal((7, "kept"), (said.Code, await File.ReadAllTextAsync(file, TestServer.Cancel)));
        Assert.Contains("has not ended", said.Errors);
        await cli.Run("stop", run, "--force");
    }

    async Task<string> Collected(string how, string text)
    {
        var said = await cli.Run("start", "--watch", "--items", how, "--json", "--", "printf", text);
        return JsonElement.Parse(said.Output.Trim().Split('\n')[^1]).GetProperty("id").GetString()!;
    }
}
