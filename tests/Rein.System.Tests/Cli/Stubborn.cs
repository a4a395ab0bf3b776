using System.Diagnostics;

namespace Rein.System.Tests.Cli;

/// <summary>A script that does not end at SIGTERM, and says through a pipe when it has come so far: a stop before that ends it like any other.</summary>
sealed class Stubborn
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string pipe;

    public Stubborn(TestCli cli)
    {
        pipe = Path.Combine(cli.Data, Path.GetRandomFileName());
        using var made = Process.Start("mkfifo", [pipe]);
        made.WaitForExit();
    }

    public string Script => $"trap '' TERM; echo begun >{pipe}; while :; do sleep 0.1; done";

    public async Task HasBegun() => Assert.Equal("begun\n", await Task.Run(() => File.ReadAllText(pipe)).WaitAsync(Patience));
}
