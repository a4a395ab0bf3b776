using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Rein.System.Tests.Cli;

public sealed class AccessCommandTests(CliFixture up) : IClassFixture<CliFixture>
{
    readonly TestCli cli = up.Cli;

    [Fact]
    public async Task A_key_is_made_used_rotated_and_revoked()
    {
        var made = await cli.Run("keys", "create", "ops", "--scope", "stop", "--scope", "read", "--expires", "12h");
        Assert.StartsWith("rein_", made.Line);
        Assert.Equal(0, (await With(made.Line, "runs")).Code);
        Assert.Contains("\tops\tread,stop\t", (await cli.Run("keys")).Output);
        var rotated = await cli.Run("keys", "rotate", "ops");
        Assert.Equal(5, (await With(made.Line, "runs")).Code);
        Assert.Equal(0, (await With(rotated.Line, "runs")).Code);
        Assert.Equal(0, (await cli.Run("keys", "revoke", "ops")).Code);
        Assert.Equal(4, (await cli.Run("keys", "revoke", "ops")).Code);
        Assert.Equal(2, (await cli.Run("keys", "create", "x", "--scope", "stop", "--expires", "soon")).Code);
        var last = await cli.Run("keys", "revoke", "admin");
        Assert.Equal(7, last.Code);
        Assert.Contains("last_admin_key", last.Errors);
    }

    [Fact]
    public async Task An_organization_is_made_and_sees_nothing_of_the_others()
    {
        var key = (await cli.Run("orgs", "create", "acme")).Line;
        Assert.Contains("\tacme\t", (await cli.Run("orgs")).Output);
        Assert.Equal("", (await With(key, "workflows")).Output);
        var refused = await With(key, "orgs");
        Assert.Equal(7, refused.Code);
        Assert.Contains("operator_only", refused.Errors);
    }

    [Fact]
    public async Task A_link_is_made_listed_and_revoked()
    {
        var run = (await cli.Run("start", "hold")).Line;
        var link = await cli.Run("stop-link", run, "--name", "for ada", "--expires", "1h");
        Assert.Matches("^http://127.0.0.1:[0-9]+/stop/[0-9a-f]{76}$", link.Line);
        var id = (await cli.Run("stop-link", run, "--list")).Line.Split('\t')[0];
        Assert.Equal(0, (await cli.Run("stop-link", run, "--revoke", id)).Code);
        Assert.Equal("", (await cli.Run("stop-link", run, "--list")).Output);
        Assert.Contains("link_revoked", (await cli.Run("audit", "--limit", "50")).Output);
        await cli.Run("stop", run, "--force");
    }

    [Fact]
    public async Task A_process_is_given_its_secret_and_the_data_folder_is_not()
    {
        const string value = "correct-horse-battery-staple";
        Assert.Equal(0, (await Set("TOKEN", value + "\n")).Code);
        Assert.StartsWith("TOKEN\tset ", (await cli.Run("secrets")).Output);
        // It says it in pieces, on both streams, as an item, and as its end.
        var file = cli.Write("leak.json", """
            {"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"process","payload":{"items":"none",
              "environment":{"TOKEN":"{{$secrets.TOKEN}}"},
              "command":["sh","-c","printf '%s' \"${TOKEN%-battery*}\"; sleep 0.5; echo '-battery-staple'; echo \"$TOKEN\" >&2; [ ${#TOKEN} = 28 ] && exit 3"]}}}}
            """);
        var run = (await cli.Run("start", "--file", file)).Line;
        Assert.Equal(1, (await cli.Run("watch", run)).Code);
        using var key = new HttpClient { BaseAddress = new(JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(cli.Data, "server.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("url").GetString()!) };
        key.DefaultRequestHeaders.Add("Authorization", "Bearer " + (await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), TestContext.Current.CancellationToken)).Trim());
        var log = await key.GetStringAsync($"/v1/runs/{run}/logs?format=text", TestContext.Current.CancellationToken);
        Assert.Equal(2, log.Split("***").Length - 1);
        // Exit code 3: the process itself had the whole of it.
        Assert.Contains("it exited with 3", await key.GetStringAsync($"/v1/runs/{run}", TestContext.Current.CancellationToken));
        foreach (var kept in Directory.GetFiles(cli.Data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not "rein.lock"))
            foreach (var part in new[] { value, "correct-horse" })
                Assert.True(ReadShared(kept).AsSpan().IndexOf(Encoding.UTF8.GetBytes(part)) < 0, $"'{part}' stands in {kept}.");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(cli.Data, "secret.key")));
        Assert.Equal(0, (await cli.Run("secrets", "remove", "TOKEN")).Code);
        Assert.Equal(4, (await cli.Run("secrets", "remove", "TOKEN")).Code);
        Assert.Equal(2, (await Set("EMPTY", "\n")).Code);
    }

    [Fact]
    public async Task A_key_for_secrets_that_is_none_is_refused_without_being_repeated()
    {
        using var other = new TestCli();
        other.Environment["REIN_SECRET_KEY"] = "not-a-key";
        var said = await other.Run("up", "--port", "0");
        Assert.Equal(2, said.Code);
        Assert.Contains("REIN_SECRET_KEY", said.Errors);
        Assert.DoesNotContain("not-a-key", said.Errors);
    }

    static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    async Task<Said> Set(string name, string value)
    {
        using var process = cli.Start("secrets", "set", name);
        await process.StandardInput.WriteAsync(value);
        process.StandardInput.Close();
        return await TestCli.Until(process);
    }

    Task<Said> With(string key, params string[] command)
    {
        var process = Keyed(key, command);
        return TestCli.Until(process);
    }

    Process Keyed(string key, string[] command)
    {
        cli.Environment["REIN_KEY"] = key;
        try
        {
            return cli.Start(command);
        }
        finally
        {
            cli.Environment.Remove("REIN_KEY");
        }
    }
}
