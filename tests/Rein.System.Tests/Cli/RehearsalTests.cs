using Rein.Cli.Up;

namespace Rein.System.Tests.Cli;

public sealed class RehearsalTests : IDisposable
{
    readonly TestCli cli = new();

    [Fact]
    public async Task A_stop_is_rehearsed_to_its_end_and_nothing_of_it_is_left_even_by_one_that_crashed()
    {
        var folder = Path.Combine(cli.Data, "rehearsal");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "rein.db"), "half", TestContext.Current.CancellationToken);
        Assert.True(await Rehearsal.Run(folder, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task One_that_is_not_let_to_its_end_harms_nobody()
    {
        var folder = Path.Combine(cli.Data, "rehearsal");
        Assert.False(await Rehearsal.Run(folder, new CancellationToken(canceled: true)));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_server_that_rehearses_shows_nothing_of_it_and_ends_when_it_is_told_to()
    {
        await using var up = await TestUp.Start(cli);
        Assert.Equal("", (await cli.Run("runs")).Line);
        Assert.Equal(0, await up.Terminate());
        Assert.False(Directory.Exists(Path.Combine(cli.Data, "rehearsal")));
    }

    public void Dispose() => cli.Dispose();
}
