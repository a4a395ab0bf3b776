using Rein.System.Tests.Cli;

namespace Rein.System.Tests.Examples;

/// <summary>A server that executes commands and scripts, and whose requests may reach this machine.</summary>
public sealed class ExampleServer : IAsyncLifetime
{
    TestUp? up;

    internal TestCli Cli { get; } = new();

    public string Url => up!.Ready.Split(' ')[1];

    public async ValueTask InitializeAsync() => up = await TestUp.Start(Cli, "--allow", "process", "--allow", "script", "--allow-address", "127.0.0.1");

    public async ValueTask DisposeAsync()
    {
        if (up is not null)
            await up.DisposeAsync();
        Cli.Dispose();
    }
}
