using System.Diagnostics;

namespace Rein.System.Tests.Cli;

public sealed class RunsWatchTests(CliFixture fixture) : IClassFixture<CliFixture>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TestCli cli = fixture.Cli;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Elsewhere_than_at_a_terminal_each_change_is_a_line_until_Ctrl_C_which_stops_no_run(bool json)
    {
        var before = (await cli.Run("start", "hold")).Line;
        using var watching = cli.Start(["runs", "--watch", "--limit", "1", .. json ? new[] { "--json" } : []]);
        await Until(watching, before, "running");
        // With room for one in the list, the older one is seen to the end all the same.
        var after = (await cli.Run("start", "hold")).Line;
        await Until(watching, after, "running");
        await cli.Run("stop", before);
        await Until(watching, before, "stopped");

        await Signal.Send(watching.Id, "INT");
        Assert.Equal(0, (await TestCli.Until(watching)).Code);
        Assert.Contains("\"state\":\"running\"", (await cli.Run("runs", "--json", "--state", "running")).Output.Split(after)[1]);
        await cli.Run("stop", after);
    }

    [Fact]
    public async Task At_a_terminal_the_list_is_drawn_anew()
    {
        var run = (await cli.Run("start", "hold")).Line;
        var start = new ProcessStartInfo("script", ["-qec", $"stty cols 200 rows 30; exec {Path.Combine(AppContext.BaseDirectory, "rein")} runs --watch", "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        (start.Environment["REIN_DATA"], start.Environment["TERM"]) = (cli.Data, "xterm");
        using var terminal = Process.Start(start)!;
        await Until(terminal, "RUN ", "STATE");
        await Until(terminal, run, "running");
        await cli.Run("stop", run);
        await Until(terminal, "\u001b[J", "RUN ");
        await Until(terminal, run, "stopped");
        await terminal.StandardInput.WriteAsync('\u0003');
        await terminal.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, (await TestCli.Until(terminal)).Code);
    }

    static async Task Until(Process process, params string[] said)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            if (said.All(word => line.Contains(word, StringComparison.Ordinal)))
                return;
        Assert.Fail($"It ended before it said {string.Join(" and ", said)}.");
    }
}
