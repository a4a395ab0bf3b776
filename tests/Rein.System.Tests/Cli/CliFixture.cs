namespace Rein.System.Tests.Cli;

/// <summary>One server for the tests of a class, with the workflow `hold`, which does nothing until it is stopped.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    TestUp? up;

    internal TestCli Cli { get; } = new();

    public async ValueTask InitializeAsync()
    {
        up = await TestUp.Start(Cli, "--allow", "process");
        var file = Cli.Write("hold.json", """{"nodes":{"root":{"type":"manual","children":["step"]},"step":{"type":"hold"}}}""");
        var saved = await Cli.Run("workflows", "save", "hold", file);
        Assert.Equal("hold version 1", saved.Line);
    }

    public async ValueTask DisposeAsync()
    {
        if (up is not null)
            await up.DisposeAsync();
        Cli.Dispose();
    }
}
