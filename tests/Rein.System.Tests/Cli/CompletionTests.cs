using System.Diagnostics;

namespace Rein.System.Tests.Cli;

/// <summary>Presses of Tab in a real bash.</summary>
public sealed class CompletionTests(CliFixture fixture) : IClassFixture<CliFixture>
{
    readonly TestCli cli = fixture.Cli;

    [Theory]
    [InlineData("st", "start", "stop", "stop-link")]
    [InlineData("runs --wat", "--watch")]
    [InlineData("completion ", "bash", "fish", "zsh")]
    [InlineData("start ho", "hold")]
    [InlineData("runs --workflow h", "hold")]
    [InlineData("export --format csv --out", "--output")]
    public async Task Commands_options_and_names_are_completed(string typed, params string[] words) => Assert.Superset(words.ToHashSet(), (await Tab(typed)).ToHashSet());

    [Fact]
    public async Task Runs_that_live_are_completed_for_a_stop_and_those_that_ended_are_not()
    {
        var (live, ended) = (await Started(), await Started());
        await cli.Run("stop", ended);
        var offered = await Tab("stop ");
        Assert.Contains(live, offered);
        Assert.DoesNotContain(ended, offered);
        Assert.Contains(ended, await Tab("receipt "));
        Assert.Equal([live], await Tab($"stop {live[..^1]}"));
        await cli.Run("stop", live);
    }

    async Task<string> Started()
    {
        var said = await cli.Run("start", "hold");
        Assert.True(said.Code == 0, said.Errors);
        return said.Line;
    }

    [Fact]
    public async Task A_key_is_completed_behind_its_colon_and_nothing_in_it_is_run()
    {
        await cli.Run("limits", "set", "team:red", "3");
        await cli.Run("limits", "set", "team:$(touch x)", "3");
        // Bash takes the colon for the end of a word.
        Assert.Contains("red", await Tab("limits show team:"));
        Assert.Equal(["red"], await Tab("start hold --limit-key team:r"));
        Assert.Contains("\\$\\(touch\\ x\\)", await Tab("limits show team:"));
    }

    [Fact]
    public async Task Where_no_server_answers_nothing_is_said()
    {
        using var alone = new TestCli();
        (alone.Environment["REIN_URL"], alone.Environment["REIN_KEY"]) = ("http://127.0.0.1:1", "rein_x_y");
        Assert.Empty(await Tab("start hol", alone));
        alone.Environment.Remove("REIN_KEY");
        Assert.Empty(await Tab("start hol", alone));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _rein_complete rein")]
    [InlineData("zsh", "compdef _rein_complete rein")]
    [InlineData("fish", "complete -c rein")]
    public async Task Every_shell_has_its_script(string shell, string part) => Assert.Contains(part, (await cli.Run("completion", shell)).Output);

    [Fact]
    public async Task Another_shell_is_refused() => Assert.Equal(2, (await cli.Run("completion", "csh")).Code);

    /// <summary>What bash would offer: the words as its own function for the command finds them, called as bash calls it.</summary>
    async Task<string[]> Tab(string typed, TestCli? at = null)
    {
        const string Press = """
            rein=$1; COMP_LINE="$rein $2"; COMP_POINT=${#COMP_LINE}
            source <("$rein" completion bash)
            [[ $(complete -p rein) == *" -F _rein_complete rein" ]] || exit 9
            read -r -a COMP_WORDS <<< "$COMP_LINE"; [[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _rein_complete; printf '%s\n' "${COMPREPLY[@]}"
            """;
        at ??= cli;
        var start = new ProcessStartInfo("bash", ["--norc", "-c", Press, "bash", Path.Combine(AppContext.BaseDirectory, "rein"), typed])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = at.Data,
        };
        start.Environment["REIN_DATA"] = at.Data;
        // On a machine with other work a third of a second is short.
        start.Environment["REIN_COMPLETION_MS"] = "30000";
        foreach (var (name, value) in at.Environment)
            start.Environment[name] = value;
        using var bash = Process.Start(start)!;
        var said = await TestCli.Until(bash);
        Assert.Equal((0, ""), (said.Code, said.Errors));
        return said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
