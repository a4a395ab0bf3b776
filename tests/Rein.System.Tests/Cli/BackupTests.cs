namespace Rein.System.Tests.Cli;

public sealed class BackupTests : IDisposable
{
    const string Hold = """{"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"hold"}}}""";

    /// <summary>Fails where its secret is another.</summary>
    const string Reads = """
        {"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"process","payload":{
          "environment":{"TOKEN":"{{$secrets.TOKEN}}"},"command":["sh","-c","[ \"$TOKEN\" = 'sealed before the backup' ]"]}}}}
        """;

    readonly TestCli cli = new();
    readonly TestCli elsewhere = new();
    readonly string kept = Directory.CreateTempSubdirectory("rein-backup-").FullName;

    string Backup => Path.Combine(kept, "of-today.tar");

    [Fact]
    public async Task A_folder_that_is_backed_up_while_its_server_runs_goes_on_elsewhere()
    {
        string ended, running;
        await using (await TestUp.Start(cli))
        {
            var file = cli.Write("hold.json", Hold);
            ended = (await cli.Run("start", "--file", file)).Line;
            await cli.Run("stop", ended, "--reason", "before the backup");
            await Set("TOKEN", "sealed before the backup");
            running = (await cli.Run("start", "--file", file)).Line;
            var said = await cli.Run("backup", Backup);
            Assert.Equal((0, ""), (said.Code, said.Errors));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
            await cli.Run("stop", running, "--reason", "after the backup");
        }

        Directory.Delete(elsewhere.Data);
        Assert.Equal(0, (await elsewhere.Run("restore", Backup)).Code);
        await using var up = await TestUp.Start(elsewhere, "--heartbeat-seconds", "0.5", "--allow", "process");
        Assert.Contains("before the backup", (await elsewhere.Run("receipt", ended)).Output);
        Assert.Contains(running, (await elsewhere.Run("runs", "--stopping", "false")).Output);
        Assert.Equal(0, (await elsewhere.Run("stop", running)).Code);
        Assert.Equal(0, (await elsewhere.Run("start", "--watch", "--file", elsewhere.Write("reads.json", Reads))).Code);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(cli.Data, "seal.pub"), Cancel), await File.ReadAllTextAsync(Path.Combine(elsewhere.Data, "seal.pub"), Cancel));
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_not_overwritten()
    {
        await using (await TestUp.Start(cli))
            await cli.Run("backup", Backup);
        var key = await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), Cancel);
        var said = await cli.Run("restore", Backup);
        Assert.Equal(2, said.Code);
        Assert.Contains("nothing was overwritten", said.Errors);
        Assert.Equal(key, await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), Cancel));
    }

    [Fact]
    public async Task What_is_no_backup_leaves_no_folder()
    {
        Directory.Delete(elsewhere.Data);
        var said = await elsewhere.Run("restore", cli.Write("no.tar", new string('x', 4096)));
        Assert.Equal(2, said.Code);
        Assert.False(Directory.Exists(elsewhere.Data));
        Assert.Equal(4, (await elsewhere.Run("backup", Backup)).Code);
        Assert.Empty(Directory.EnumerateFiles(kept));
        Assert.Equal(2, (await cli.Run("backup", Path.Combine(cli.Data, "in-itself.tar"))).Code);
    }

    [Fact]
    public async Task A_damaged_database_is_no_backup()
    {
        await using (await TestUp.Start(cli))
            await cli.Run("start", "--file", cli.Write("hold.json", Hold));
        var database = Path.Combine(cli.Data, "rein.db");
        await using (var stream = File.Open(database, FileMode.Open))
        {
            stream.Position = stream.Length / 2;
            stream.Write(new byte[stream.Length - stream.Position]);
        }
        var said = await cli.Run("backup", Backup);
        Assert.Equal(7, said.Code);
        Assert.Contains("malformed", said.Errors);
        Assert.Empty(Directory.EnumerateFiles(kept));
    }

    async Task Set(string secret, string value)
    {
        using var set = cli.Start("secrets", "set", secret);
        await set.StandardInput.WriteAsync(value);
        set.StandardInput.Close();
        Assert.Equal(0, (await TestCli.Until(set)).Code);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cli.Dispose();
        Directory.Delete(kept, recursive: true);
        Directory.CreateDirectory(elsewhere.Data);
        elsewhere.Dispose();
    }
}
