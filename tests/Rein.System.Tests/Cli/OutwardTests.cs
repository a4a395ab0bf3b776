using System.Text.Json;

namespace Rein.System.Tests.Cli;

/// <summary>What a server's own steps may reach: its own page of health stands for whatever is on its machine.</summary>
public sealed class OutwardTests : IDisposable
{
    readonly TestCli cli = new();

    [Fact]
    public async Task Nobody_reaches_what_is_on_the_servers_machine_unless_it_was_opened()
    {
        await using var up = await TestUp.Start(cli);
        var url = Url(up);

        var said = await cli.Run("start", "--watch", "--file", Ask($"{url}/healthz"));

        Assert.Equal(1, said.Code);
        Assert.Contains($"127.0.0.1 is closed (loopback): requests do not go there; open it with: rein up --allow-address {new Uri(url).Authority}", said.Output);
    }

    [Fact]
    public async Task What_was_opened_is_reached()
    {
        await using var up = await TestUp.Start(cli, "--allow-address", "localhost", "--allow-address", "10.0.0.0/8");

        Assert.Equal(0, (await cli.Run("start", "--watch", "--file", Ask($"http://localhost:{new Uri(Url(up)).Port}/healthz"))).Code);
        Assert.Equal(1, (await cli.Run("start", "--watch", "--file", Ask($"{Url(up)}/healthz"))).Code);
    }

    [Fact]
    public async Task An_address_that_cannot_be_read_is_named_at_the_start()
    {
        var said = await cli.Run("up", "--port", "0", "--allow-address", "10.0.0.1/8");

        Assert.Equal("--allow-address: '10.0.0.1/8' has bits behind its prefix; 10.0.0.0/8 may be meant.", said.Errors.Trim());
    }

    static string Url(TestUp up) => up.Ready.Split(' ')[1];

    string Ask(string url) => cli.Write("ask.json", JsonSerializer.Serialize(new
    {
        nodes = new Dictionary<string, object>
        {
            ["root"] = new { type = "manual", children = new[] { "ask" } },
            ["ask"] = new { type = "http", payload = new { url } },
        },
    }));

    public void Dispose() => cli.Dispose();
}
