namespace Rein.System.Tests.Cli;

public sealed class ReceiptFileCommandTests(CliFixture fixture) : IClassFixture<CliFixture>
{
    readonly TestCli cli = fixture.Cli;

    string SealKey => Path.Combine(cli.Data, "seal.pub");

    [Fact]
    public async Task Receipts_are_exported_and_verified_and_what_was_changed_is_found()
    {
        var file = await ExportWith("seen enough");
        var verified = await cli.Run("receipt", "verify", file, "--key", SealKey);
        Assert.Equal(0, verified.Code);
        Assert.StartsWith("verified: organization ", verified.Output);

        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel)).Replace("seen enough", "seen nothing", StringComparison.Ordinal), Cancel);
        var changed = await cli.Run("receipt", "verify", file, "--key", SealKey);
        Assert.Equal(8, changed.Code);
        Assert.Contains("NOT VERIFIED", changed.Errors);
        Assert.Contains("was changed", changed.Errors);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_and_a_key_that_is_none_are_said_to_be_so()
    {
        Assert.Equal(2, (await cli.Run("receipt", "verify", "/nowhere", "--key", SealKey)).Code);
        var noKey = await cli.Run("receipt", "verify", "/nowhere", "--key", Path.Combine(cli.Data, "admin.key"));
        Assert.Equal(2, noKey.Code);
        Assert.Contains("no public key", noKey.Errors);
        Assert.Equal(2, (await cli.Run("receipt")).Code);
    }

    [Fact]
    public async Task The_keys_that_the_server_tells_are_the_one_beside_its_data()
    {
        var told = await cli.Run("receipt", "keys");
        Assert.Contains((await File.ReadAllTextAsync(SealKey, Cancel)).Trim(), told.Output);
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A seal tells nobody that it is there: the export is repeated until it holds the reason.</summary>
    async Task<string> ExportWith(string reason)
    {
        var run = (await cli.Run("start", "hold")).Line;
        await cli.Run("stop", run, "--reason", reason);
        var file = Path.Combine(cli.Data, "receipts.ndjson");
        for (var left = 60; left > 0; left--)
        {
            Assert.Equal(0, (await cli.Run("receipt", "export", "--output", file)).Code);
            if ((await File.ReadAllTextAsync(file, Cancel)).Contains(reason, StringComparison.Ordinal))
                return file;
        }
        throw new TimeoutException("It was not sealed.");
    }
}
