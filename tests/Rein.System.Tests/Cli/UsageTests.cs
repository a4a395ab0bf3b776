using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rein.Cli;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    readonly TestCli cli = new();

    [Theory]
    [InlineData("nonsense")]
    [InlineData("stop")]
    [InlineData("stop", "not-an-id")]
    [InlineData("runs", "--state", "asleep")]
    [InlineData("start")]
    [InlineData("start", "--")]
    [InlineData("start", "hold", "--", "true")]
    [InlineData("start", "hold", "--input", "novalue")]
    [InlineData("start", "--file", "nowhere.json")]
    [InlineData("stop", "0199c0de-0000-7000-8000-000000000000", "--wait", "long")]
    [InlineData("up", "--allow", "everything")]
    [InlineData("up", "--port", "70000")]
    [InlineData("up", "--port", "0", "--listen", "http://127.0.0.1:0")]
    [InlineData("up", "--listen", "http://no.address.of.this.machine:0")]
    [InlineData("up", "--listen", "http://127.0.0.1:0/path")]
    [InlineData("up", "--listen", "http://192.0.2.1:0")]
    [InlineData("up", "--port", "many")]
    [InlineData("up", "--port", "0", "--lease-seconds", "1")]
    [InlineData("up", "--port", "0", "--proof-seconds", "1")]
    [InlineData("up", "--port", "0", "--capacity", "0")]
    [InlineData("up", "--port", "0", "--allow", "process,nothing")]
    [InlineData("up", "--port", "0", "--price", "process")]
    [InlineData("up", "--port", "0", "--price", "process=-1")]
    [InlineData("up", "--port", "0", "--price", "process=NaN")]
    [InlineData("up", "--port", "0", "--price", "process=1/item")]
    [InlineData("up", "--port", "0", "--price", "process=1", "--price", "process=2/second")]
    [InlineData("up", "--port", "0", "--postgres", "nonsense")]
    [InlineData("up", "--port", "0", "--allow-address", "10.0.0.1/8")]
    [InlineData("demo", "--folder", "nowhere")]
    [InlineData("demo", "--url", "nowhere")]
    [InlineData("export", "0199c0de-0000-7000-8000-000000000000", "--format", "xml")]
    [InlineData("items", "0199c0de-0000-7000-8000-000000000000", "--format", "csv", "--json")]
    [InlineData("bench", "stop", "--clients", "0")]
    [InlineData("bench", "remote", "--url", "http://127.0.0.1:7300")]
    [InlineData("bench", "soak", "--minutes", "0")]
    [InlineData("bench", "soak", "--url", "http://127.0.0.1:7300")]
    public async Task A_command_line_that_cannot_work_is_refused_in_words(params string[] command)
    {
        var said = await cli.Run(command);
        Assert.Equal((2, ""), (said.Code, said.Output));
        Assert.NotEmpty(said.Errors);
        Assert.DoesNotContain("   at ", said.Errors);
        Assert.DoesNotContain("System.Nullable", said.Errors);
    }

    [Theory]
    [InlineData("'soon' is no number: --grace.", "rein stop --help", "stop", "0199c0de-0000-7000-8000-000000000000", "--grace", "soon")]
    [InlineData("'1.5' is no whole number: --limit.", "rein runs --help", "runs", "--limit", "1.5")]
    [InlineData("", "rein workflows save --help", "workflows", "save")]
    public async Task What_is_no_number_is_said_to_be_none_and_the_help_of_the_command_is_named(string wrong, string help, params string[] command)
    {
        var said = await cli.Run(command);
        Assert.Equal(2, said.Code);
        Assert.Contains(wrong, said.Errors);
        Assert.Contains($"See: {help}\n", said.Errors);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_so_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var said = await cli.Run("up", "--port", ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((2, ""), (said.Code, said.Output));
        Assert.Matches(@"^http://127\.0\.0\.1:\d+ cannot be listened on: Address already in use\. Another address: --port, --listen\.\n$", said.Errors);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("stop")]
    [InlineData("receipt")]
    [InlineData("items")]
    [InlineData("logs")]
    [InlineData("export")]
    public async Task What_is_no_id_is_repeated_as_it_was_said(string command)
    {
        var said = await cli.Run(command, "not-an-id");
        Assert.Equal(2, said.Code);
        Assert.Contains("'not-an-id' is no run's id", said.Errors);
    }

    [Fact]
    public async Task Without_a_key_or_a_server_a_command_says_what_is_missing()
    {
        var keyless = await cli.Run("runs");
        Assert.Equal(5, keyless.Code);
        Assert.Contains("rein up", keyless.Errors);

        cli.Environment["REIN_KEY"] = "rein_none";
        cli.Environment["REIN_URL"] = "http://127.0.0.1:1";
        var alone = await cli.Run("runs");
        Assert.Equal(5, alone.Code);
        Assert.Contains("http://127.0.0.1:1", alone.Errors);
    }

    [Fact]
    public async Task The_page_and_the_help_name_every_exit_code_command_and_option()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "cli.md"), TestContext.Current.CancellationToken);
        var help = await cli.Run("--help");
        foreach (var (code, means) in ExitCodes.All)
        {
            Assert.Contains($"| {(int)code} | {means} |", page);
            Assert.Contains($"{(int)code}  {means}", help.Output);
        }
        foreach (var command in Commands.Root(null).Subcommands)
            foreach (var named in new[] { command }.Concat(command.Subcommands))
            {
                var row = page.Split("## Ctrl-C")[0].Split('\n').Single(line => line.StartsWith($"| `{Words(command, named)}", StringComparison.Ordinal) && IsWhole(line, Words(command, named)));
                Assert.All(named.Options, option => Assert.Contains($"`{option.Name}`", row));
            }
    }

    static string Words(Command command, Command named) => command == named ? named.Name : $"{command.Name} {named.Name}";

    /// <summary>`workflows` is not `workflows save`.</summary>
    static bool IsWhole(string line, string path) => line[(3 + path.Length)..] is ['`', ..] or [' ', >= 'A' and <= 'Z', ..];

    public void Dispose() => cli.Dispose();
}
