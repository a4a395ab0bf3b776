using Rein.Server.Live;

namespace Rein.System.Tests.Live;

public sealed class RunFeedTests
{
    static readonly Guid Unknown = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
    readonly RunFeed feed = new();

    [Fact]
    public async Task A_watch_of_an_unknown_run_leaves_nothing_behind()
    {
        using (var watch = feed.Watch(Unknown))
            Assert.False(await watch.Changed(TimeSpan.Zero, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(0, feed.Watched);
    }

    [Fact]
    public async Task A_watcher_that_leaves_takes_no_change_from_the_other()
    {
        var first = feed.Watch(Unknown);
        using var second = feed.Watch(Unknown);
        first.Dispose();
        first.Dispose();
        feed.Publish(Unknown);
        Assert.True(await second.Changed(TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Where_changes_may_have_been_missed_every_watcher_looks_again()
    {
        using var one = feed.Watch(Unknown);
        using var another = feed.Watch(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        feed.PublishAll();
        foreach (var watch in new[] { one, another })
            Assert.True(await watch.Changed(TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(2, feed.Watched);
    }

    [Fact]
    public void A_watch_let_go_after_a_change_leaves_later_watchers_alone()
    {
        var early = feed.Watch(Unknown);
        feed.Publish(Unknown);
        using var late = feed.Watch(Unknown);
        early.Dispose();
        Assert.Equal(1, feed.Watched);
    }
}
