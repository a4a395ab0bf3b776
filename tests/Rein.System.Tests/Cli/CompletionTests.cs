using Rein.Cli.Completion;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Cli;

/// <summary>Presses of Tab in real shells.</summary>
public sealed class CompletionTests(TestServer server) : IClassFixture<TestServer>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Bash takes a colon and an equals sign for the end of a word; what fish is offered it quotes itself.</summary>
    [Theory]
    [InlineData("bash", "red", @"\$\(touch\ x\)", "red")]
    [InlineData("zsh", "team:red", @"team:\$\(touch\ x\)", "--limit-key=team:red")]
    [InlineData("fish", "team:red", "team:$(touch x)", "--limit-key=team:red")]
    public async Task Every_shell_offers_commands_options_runs_that_live_and_names(string shell, string name, string quoted, string set)
    {
        var (live, ended) = (await server.StartAndBegin("hold"), await server.StartAndBegin("hold"));
        await server.Client.Stop(ended.Id, new(), cancel: Cancel);
        await server.Client.PutLimit("team:red", 3, cancel: Cancel);
        await server.Client.PutLimit("team:$(touch x)", 3, cancel: Cancel);
        using var terminal = Shell();
        var offered = await terminal.Tab(shell, "st", "stop --f", "stop ", "limits show team:", "start hold --limit-key=team:r");

        Assert.Equal(["start", "stop", "stop-link"], offered["st"].Order());
        Assert.Equal(["--fence", "--force"], offered["stop --f"].Order());
        Assert.Contains($"{live.Id}", offered["stop "]);
        Assert.DoesNotContain($"{ended.Id}", offered["stop "]);
        Assert.DoesNotContain("--force", offered["stop "]);
        Assert.Superset(new HashSet<string> { name, quoted }, offered["limits show team:"].ToHashSet());
        Assert.Equal([set], offered["start hold --limit-key=team:r"]);
    }

    [Fact]
    public async Task What_the_server_knows_is_offered_where_it_can_stand()
    {
        await server.Client.SaveWorkflow("hold", TestServer.Graph("hold"), cancel: Cancel);
        var ended = await server.StartAndBegin("hold");
        await server.Client.Stop(ended.Id, new(), cancel: Cancel);
        using var terminal = Shell();
        Assert.Equal(["hold"], await terminal.Ask("start ho"));
        Assert.Equal(["hold"], await terminal.Ask("runs --workflow h"));
        Assert.Contains($"{ended.Id}", await terminal.Ask("receipt "));
    }

    [Fact]
    public void What_needs_no_server_is_offered_without_one()
    {
        Assert.Equal(["bash", "fish", "zsh"], PressOfTab.Answer("rein completion "));
        Assert.Equal(["--output"], PressOfTab.Answer("rein export --format csv --out"));
        Assert.Equal(["--format=csv"], PressOfTab.Answer("rein export --format=c"));
        Assert.Equal(["--version"], PressOfTab.Answer("rein --v"));
        Assert.All(PressOfTab.Answer("rein "), word => Assert.Matches("^[a-z]", word));
        Assert.Empty(PressOfTab.Answer("rein stop --nothing=of-this"));
        Assert.Empty(PressOfTab.Answer("rein stop --=="));
    }

    [Fact]
    public async Task Where_no_server_answers_nothing_is_said()
    {
        using var alone = new TestShell(new Dictionary<string, string> { ["REIN_URL"] = "http://127.0.0.1:1", ["REIN_KEY"] = "rein_x_y" });
        Assert.Empty(await alone.Ask("start hol"));
        using var keyless = new TestShell(new Dictionary<string, string> { ["REIN_URL"] = "http://127.0.0.1:1" });
        Assert.Empty(await keyless.Ask("start hol"));
    }

    [Fact]
    public async Task Another_shell_is_refused()
    {
        using var cli = new TestCli();
        Assert.Equal(2, (await cli.Run("completion", "csh")).Code);
    }

    TestShell Shell() => new(new Dictionary<string, string> { ["REIN_URL"] = server.Url, ["REIN_KEY"] = server.Key });
}
