using System.Diagnostics;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Cli;

public sealed class CtrlCTests(CliFixture fixture) : IClassFixture<CliFixture>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TestCli cli = fixture.Cli;

    [Fact]
    public async Task The_first_stops_the_run_and_shows_the_ladder()
    {
        using var watching = cli.Start("start", "hold", "--watch");
        await Until(watching, "→ embedded");
        await Signal.Send(watching.Id, "INT");
        var said = await TestCli.Until(watching);
        Assert.Equal(3, said.Code);
        Assert.Contains("asked to stop by key:admin: Ctrl-C", said.Output);
        Assert.Matches(@"asked .*\n.*heard .*\n.*proved .*\n.*verdict exited", said.Output);
    }

    [Fact]
    public async Task The_second_forces()
    {
        var stubborn = new Stubborn(cli);
        using var watching = cli.Start("start", "--watch", "--", "sh", "-c", stubborn.Script);
        await stubborn.HasBegun();
        await Signal.Send(watching.Id, "INT");
        await Until(watching, "asked to stop");
        await Signal.Send(watching.Id, "INT");
        var said = await TestCli.Until(watching);
        Assert.Equal(3, said.Code);
        Assert.Contains("verdict killed", said.Output);
    }

    [Fact]
    public async Task The_third_leaves_to_itself_what_nobody_has_proved_gone()
    {
        var server = new TestServer();
        await server.InitializeAsync();
        await using var serving = server;
        using var away = new TestCli();
        (away.Environment["REIN_URL"], away.Environment["REIN_KEY"]) = (server.Http.BaseAddress!.ToString(), server.Key);
        using var watching = away.Start("start", await server.Save("deaf"), "--watch");
        await Until(watching, "→ embedded");
        await Signal.Send(watching.Id, "INT");
        await Until(watching, "asked to stop");
        await Signal.Send(watching.Id, "INT");
        await Until(watching, "1 attempt not proved gone yet");
        await Signal.Send(watching.Id, "INT");
        var said = await TestCli.Until(watching);
        Assert.Equal(6, said.Code);
        Assert.Contains("Left to itself", said.Output);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_takes_no_press_away()
    {
        using var alone = new TestCli();
        await using var up = await TestUp.Start(alone);
        var file = alone.Write("hold.json", """{"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"hold"}}}""");
        using var watching = alone.Start("start", "--file", file, "--watch");
        await Until(watching, "→ embedded");
        await Signal.Send(up.Pid, "STOP");
        try
        {
            // Two that come at once may arrive as one.
            for (var presses = 0; presses < 100 && !watching.WaitForExit(100); presses++)
                await Signal.Send(watching.Id, "INT");
            var said = await TestCli.Until(watching);
            Assert.Equal(6, said.Code);
            Assert.Contains("Left to itself", said.Output);
        }
        finally
        {
            await Signal.Send(up.Pid, "CONT");
        }
    }

    [Fact]
    public async Task In_watch_it_leaves_the_run_to_itself()
    {
        var run = (await cli.Run("start", "hold")).Line;
        using var watching = cli.Start("watch", run);
        await Until(watching, "→ embedded");
        await Signal.Send(watching.Id, "INT");
        Assert.Equal(0, (await TestCli.Until(watching)).Code);
        Assert.Contains("\"state\":\"running\"", (await cli.Run("runs", "--json", "--state", "running")).Output.Split(run)[1]);
        await cli.Run("stop", run);
    }

    static async Task Until(Process process, string said)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            if (line.Contains(said, StringComparison.Ordinal))
                return;
        throw new InvalidOperationException($"It ended before it said '{said}': {await process.StandardError.ReadToEndAsync()}");
    }
}
