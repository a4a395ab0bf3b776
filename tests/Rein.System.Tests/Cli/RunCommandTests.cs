using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.System.Tests.Cli;

public sealed class RunCommandTests(CliFixture fixture) : IClassFixture<CliFixture>
{
    readonly TestCli cli = fixture.Cli;

    [Fact]
    public async Task A_run_is_started_stopped_and_accounted_for()
    {
        var run = (await cli.Run("start", "hold", "--label", "of=test")).Line;
        Assert.Contains(run, (await cli.Run("runs", "--label", "of=test", "--state", "running")).Output);

        var stop = await cli.Run("stop", run, "--reason", "seen enough");
        Assert.Equal((0, "asked"), (stop.Code, stop.Output.Split('\n')[0]));
        Assert.Contains("verdict exited", stop.Output);

        var receipt = JsonElement.Parse((await cli.Run("receipt", run, "--json")).Output);
        Assert.Equal("seen enough", receipt.GetProperty("reason").GetString());
        Assert.Equal("exited", receipt.GetProperty("verdict").GetString());
        Assert.Contains("proved gone", (await cli.Run("receipt", run)).Output);
    }

    [Fact]
    public async Task A_stopped_run_answers_a_second_stop_that_it_is_gone()
    {
        var run = (await cli.Run("start", "hold")).Line;
        await cli.Run("stop", run, "--force");
        var again = await cli.Run("stop", run);
        Assert.Equal((0, "already_ended"), (again.Code, again.Output.Split('\n')[0]));
    }

    [Fact]
    public async Task A_limit_is_set_shown_and_taken_away()
    {
        Assert.Contains("0 of 1 held", (await cli.Run("limits", "set", "a/b", "1")).Line);
        var holder = (await cli.Run("start", "hold", "--limit-key", "a/b")).Line;
        var waiting = (await cli.Run("start", "hold", "--limit-key", "a/b")).Line;
        Assert.Contains($"{waiting}\thold\tblocked a/b #1", (await cli.Run("runs")).Output);
        var shown = (await cli.Run("limits", "show", "a/b")).Output.Split('\n');
        Assert.StartsWith("a/b\t1 of 1 held\t1 waiting", shown[0]);
        Assert.StartsWith($"holds\t{holder}", shown[1]);
        Assert.StartsWith($"#1\t{waiting}", shown[2]);
        Assert.Equal(7, (await cli.Run("start", "hold", "--limit-key", "a/b", "--on-conflict", "reject")).Code);

        Assert.Equal(0, (await cli.Run("limits", "remove", "a/b")).Code);
        Assert.DoesNotContain("a/b", (await cli.Run("limits")).Output);
        Assert.Equal(4, (await cli.Run("limits", "show", "a/b")).Code);
        await cli.Run("stop", holder);
        await cli.Run("stop", waiting);
    }

    [Fact]
    public async Task A_stop_that_nobody_has_proved_in_time_says_so()
    {
        var stubborn = new Stubborn(cli);
        var run = (await cli.Run("start", "--", "sh", "-c", stubborn.Script)).Line;
        await stubborn.HasBegun();
        var asked = await cli.Run("stop", run, "--grace", "600", "--wait", "100ms");
        Assert.Equal((6, "asked"), (asked.Code, asked.Output.Split('\n')[0]));

        var forced = await cli.Run("stop", run, "--force");
        Assert.Equal((0, "escalated"), (forced.Code, forced.Output.Split('\n')[0]));
        Assert.Contains("verdict killed", forced.Output);
    }

    [Theory]
    [InlineData("exit 0", 0, "succeeded")]
    [InlineData("exit 3", 1, "it exited with 3")]
    public async Task A_watched_run_ends_with_what_became_of_it(string script, int code, string says)
    {
        var said = await cli.Run("start", "--watch", "--", "sh", "-c", script);
        Assert.Equal(code, said.Code);
        Assert.Contains(says, said.Output);
    }

    [Fact]
    public async Task A_run_that_failed_is_repeated_by_another()
    {
        var flag = Path.Combine(cli.Data, "mended");
        var failed = await cli.Run("start", "--watch", "--", "sh", "-c", $"test -e {flag}");
        Assert.Equal(1, failed.Code);
        var run = failed.Output.Split('\n')[0];
        await File.WriteAllTextAsync(flag, "", TestContext.Current.CancellationToken);

        var again = await cli.Run("retry", run, "--watch");
        Assert.Equal(0, again.Code);
        Assert.NotEqual(run, again.Output.Split('\n')[0]);
        var refused = await cli.Run("retry", again.Output.Split('\n')[0]);
        Assert.Equal(7, refused.Code);
        Assert.Contains("from: start", refused.Errors);
        Assert.Equal(2, (await cli.Run("retry", run, "--from", "middle")).Code);
        Assert.Equal(0, (await cli.Run("retry", run, "--from", "start")).Code);
    }

    [Fact]
    public async Task A_command_collects_its_lines_as_items()
    {
        var run = await cli.Run("start", "--watch", "--items", "lines", "--json", "--", "printf", "--one\\ntwo\\n");
        var document = JsonElement.Parse(run.Output.Trim().Split('\n')[^1]);
        Assert.Equal("succeeded", document.GetProperty("state").GetString());
        var items = await cli.Run("items", document.GetProperty("id").GetString()!);
        Assert.Equal("--one\ntwo\n", items.Output);
    }

    [Fact]
    public async Task What_a_command_said_is_to_be_had_to_the_byte()
    {
        var run = await cli.Run("start", "--watch", "--json", "--", "sh", "-c", "printf 'one\\ntwo'; echo >&2 trouble; exit 3");
        Assert.Equal(1, run.Code);
        var id = JsonElement.Parse(run.Output.Trim().Split('\n')[^1]).GetProperty("id").GetString()!;

        var said = await cli.Run("logs", id);
        Assert.Equal(0, said.Code);
        Assert.Contains("one\ntwo", said.Output);
        Assert.Contains("trouble\n", said.Output);
        var pages = await cli.Run("logs", id, "--json");
        Assert.Equal(said.Output, string.Concat(pages.Output.Trim().Split('\n').Select(line => JsonElement.Parse(line).GetProperty("text").GetString())));
    }

    [Fact]
    public async Task What_looks_like_an_option_behind_the_dashes_belongs_to_the_command()
    {
        var said = await cli.Run("start", "--watch", "--", "sh", "-c", "test \"$1\" = --help", "sh", "--help");
        Assert.Equal(0, said.Code);
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("workflows")]
    [InlineData("start", "hold")]
    public async Task Every_answer_can_be_had_as_json(params string[] command)
    {
        var said = await cli.Run([.. command, "--json"]);
        Assert.Equal(0, said.Code);
        Assert.Equal(JsonValueKind.Object, JsonElement.Parse(said.Output).ValueKind);
    }

    [Theory]
    [InlineData("start", "nowhere")]
    [InlineData("watch", "0199c0de-0000-7000-8000-000000000000")]
    [InlineData("stop", "0199c0de-0000-7000-8000-000000000000")]
    [InlineData("receipt", "0199c0de-0000-7000-8000-000000000000")]
    [InlineData("items", "0199c0de-0000-7000-8000-000000000000")]
    [InlineData("logs", "0199c0de-0000-7000-8000-000000000000")]
    [InlineData("items", "0199c0de-0000-7000-8000-000000000000", "--format", "csv")]
    [InlineData("export", "0199c0de-0000-7000-8000-000000000000")]
    public async Task What_is_not_there_is_said_to_be_not_there(params string[] command)
    {
        var said = await cli.Run(command);
        Assert.Equal((4, ""), (said.Code, said.Output));
        Assert.Matches(@"^There is no (run|workflow) '[^']*'\. \(\w+\)\n$", said.Errors);
    }

    [Fact]
    public async Task A_definition_that_cannot_be_run_is_refused_with_everything_that_is_wrong()
    {
        var file = cli.Write("bad.json", """{"nodes":{"root":{"type":"manual","children":["gone"]}}}""");
        var said = await cli.Run("start", "--file", file);
        Assert.Equal(2, said.Code);
        Assert.Contains("gone", said.Errors);

        var worse = await cli.Run("start", "--file", cli.Write("worse.json", """{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"nothing"},"b":{"type":"nobody"}}}"""));
        Assert.Equal(2, worse.Code);
        Assert.Equal(3, worse.Errors.Trim().Split('\n').Length);
        Assert.Single(Regex.Matches(worse.Errors, "'nothing'"));
        Assert.Single(Regex.Matches(worse.Errors, "'nobody'"));
    }
}
