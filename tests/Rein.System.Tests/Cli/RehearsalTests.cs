using Rein.Cli.Up;

namespace Rein.System.Tests.Cli;

public sealed class RehearsalTests : IDisposable
{
    readonly TestCli cli = new() { Environment = { ["REIN_REHEARSAL"] = "on" } };

    [Fact]
    public async Task A_stop_is_rehearsed_to_its_end_and_nothing_of_it_is_left_even_by_one_that_crashed()
    {
        var crashed = Leave($"rehearsal-{int.MaxValue}", "rein.db");
        Assert.True(await Rehearsal.Run(cli.Data, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(crashed));
        Assert.Empty(Directory.GetDirectories(cli.Data));
    }

    [Fact]
    public async Task What_is_somebody_else_s_stays()
    {
        var (named, alive, other) = (Leave("rehearsal", "rein.db"), Leave("rehearsal-1", "rein.db"), Leave($"rehearsal-{int.MaxValue}", "song"));
        Assert.True(await Rehearsal.Run(cli.Data, TestContext.Current.CancellationToken));
        Assert.All([named, alive, other], folder => Assert.True(Directory.Exists(folder)));
    }

    [Fact]
    public async Task One_that_is_not_let_to_its_end_harms_nobody()
    {
        Assert.False(await Rehearsal.Run(cli.Data, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetDirectories(cli.Data));
    }

    [Fact]
    public async Task A_server_rehearses_as_soon_as_it_is_ready()
    {
        var gone = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(cli.Data, "rehearsal-*") { NotifyFilter = NotifyFilters.DirectoryName };
        watcher.Deleted += (_, rehearsal) => gone.TrySetResult(rehearsal.Name);
        watcher.EnableRaisingEvents = true;

        await using var up = await TestUp.Start(cli);

        Assert.Equal($"rehearsal-{up.Pid}", await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_that_rehearses_shows_nothing_of_it_and_ends_when_it_is_told_to()
    {
        await using var up = await TestUp.Start(cli);
        Assert.Equal("", (await cli.Run("runs")).Line);
        Assert.Equal(0, await up.Terminate());
        Assert.Empty(Directory.GetDirectories(cli.Data, "rehearsal*"));
    }

    string Leave(string folder, string file)
    {
        var path = Directory.CreateDirectory(Path.Combine(cli.Data, folder)).FullName;
        File.WriteAllText(Path.Combine(path, file), "half");
        return path;
    }

    public void Dispose() => cli.Dispose();
}
