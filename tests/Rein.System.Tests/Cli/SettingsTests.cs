namespace Rein.System.Tests.Cli;

/// <summary>Where the options of `rein up` come from: the command line, then the environment, then a file.</summary>
public sealed class SettingsTests : IDisposable
{
    readonly TestCli cli = new();

    [Fact]
    public async Task A_file_in_the_data_folder_is_read_by_itself()
    {
        cli.Write("rein.json", """{ "allow": ["process"], "heartbeatSeconds": 1 /* s */, }""");
        await using var up = await TestUp.Start(cli);
        Assert.Equal(0, (await cli.Run("start", "--watch", "--", "true")).Code);
    }

    [Fact]
    public async Task What_is_said_on_the_command_line_comes_before_the_environment_and_that_before_the_file()
    {
        var file = cli.Write("settings.json", """{ "listen": "nowhere", "proofSeconds": 0.1, "capacity": 0 }""");
        cli.Environment["REIN_PROOF_SECONDS"] = "9";
        Assert.Contains("--capacity must be at least 1", (await cli.Run("up", "--config", file, "--port", "0")).Errors);
        await using var up = await TestUp.Start(cli, "--config", file, "--capacity", "1");
        Assert.StartsWith("ready http://127.0.0.1:", up.Ready);
    }

    [Theory]
    [InlineData("""{ "haertbeatSeconds": 1 }""", "there is no setting 'haertbeatSeconds'; known are")]
    [InlineData("""{ "heartbeatSeconds": "soon" }""", "heartbeatSeconds in ")]
    [InlineData("""{ "heartbeatSeconds": -1 }""", "--heartbeat-seconds must be from 0 to 86400 seconds")]
    [InlineData("""{ "heartbeatSeconds": 1, "heartbeatSeconds": 2 }""", "cannot be read")]
    [InlineData("""{ "heartbeatSeconds": true }""", "must be a text, a number, or a list of texts")]
    [InlineData("""{ "allow": ["everything"] }""", "allow in ")]
    [InlineData("""{ "dialectHost": "b3os" }""", "--dialect-host b3os is not DIALECT=HOST")]
    [InlineData("""{ "dialectHost": ["b3os=a.example", "b3os=A.example"] }""", "--dialect-host says twice what A.example speaks")]
    [InlineData("""{ "dialectHost": ["klingon=a.example"] }""", "there is no dialect 'klingon'")]
    [InlineData("""{ "dialectSet": ["lobstr.errors=x"] }""", "the setting lobstr.errors of a dialect cannot be 'x'")]
    [InlineData("""{ "dialectGrace": ["b3os=4000"] }""", "--dialect-grace b3os=4000 is no time from 0 to 3600 seconds")]
    [InlineData("""{ "dialectSet": "axiom.slots" }""", "--dialect-set axiom.slots is not DIALECT.NAME=VALUE")]
    [InlineData("""{ "dialectSet": ["axiom.slots=1", "axiom.slots=2"] }""", "--dialect-set says axiom.slots twice")]
    [InlineData("""{ "dialectSet": ["axiom.slots=many"] }""", "the setting axiom.slots of a dialect cannot be 'many'; it is a whole number from 0 to 1000000")]
    [InlineData("""{ "dialectSet": ["klingon.slots=1"] }""", "there is no setting 'klingon.slots' of a dialect")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{", "cannot be read")]
    public async Task What_cannot_be_used_is_said_with_where_it_stands(string text, string says)
    {
        var said = await cli.Run("up", "--port", "0", "--config", cli.Write("settings.json", text));
        Assert.Equal((2, ""), (said.Code, said.Output));
        Assert.Contains(says, said.Errors);
    }

    [Fact]
    public async Task A_variable_that_cannot_be_used_is_named()
    {
        cli.Environment["REIN_CAPACITY"] = "many";
        var said = await cli.Run("up", "--port", "0");
        Assert.Equal(2, said.Code);
        Assert.StartsWith("REIN_CAPACITY: ", said.Errors);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_error_where_it_was_asked_for()
    {
        var said = await cli.Run("up", "--port", "0", "--config", Path.Combine(cli.Data, "none.json"));
        Assert.Equal(2, said.Code);
        Assert.Contains("none.json", said.Errors);
    }

    public void Dispose() => cli.Dispose();
}
