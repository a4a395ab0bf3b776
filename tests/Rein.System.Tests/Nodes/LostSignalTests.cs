using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Live;
using Rein.Server.Metrics;
using Rein.Server.Sessions;
using Rein.Server.Upkeep;

namespace Rein.System.Tests.Nodes;

/// <summary>What goes out behind a commit breaks before all of it is out.</summary>
public sealed class LostSignalTests
{
    [Fact]
    public async Task What_was_handed_out_and_never_sent_occupies_one_place_which_comes_back()
    {
        await using var node = await TestNode.Start(new() { Capacity = 0 });
        // Nobody but the lane does anything here: no session is found to be gone.
        await node.Die();
        var book = new CapacityBook();
        var session = new LiveSession(new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), node.Organization, "by hand", null, ["hold"], 1, DateTimeOffset.UnixEpoch));
        book.Add(session);
        book.Backlog.Clear(node.Organization, null, ["hold"], book.Backlog.Seen());
        var frames = session.Frames(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        var next = frames.MoveNextAsync();

        await Commit(node, book, new StartWork([new(node.Parse(Graphs.Delay(60_000))), new(node.Parse(Graphs.Single("hold")))]));

        var rows = await SessionRows.Refresh(node.Stores.Sessions, session, CancellationToken.None);
        var (isInDoubt, before, isLetGo, after) = (session.IsInDoubt, session.Free, session.LetGo(Assert.Single(rows.Held)), session.Free);
        session.Close();
        Assert.False(await next);
        await frames.DisposeAsync();
        Assert.Equal((true, 0, true, 1), (isInDoubt, before, isLetGo, after));
    }

    /// <summary>The first run is due some time, and whoever would be woken for it is gone.</summary>
    static async Task Commit(TestNode node, CapacityBook book, StartWork work)
    {
        using var nobody = new Alarm(TimeProvider.System);
        var gone = new Alarm(TimeProvider.System);
        gone.Dispose();
        using var instruments = new Instruments("lost", book, []);
        using var lane = new Lane(
            node.Stores.Runs, book, new(book, new RunFeed(), new(gone, nobody, nobody, nobody), null),
            new(new(Rules.Default, new(node.Stores.Secrets, null, TimeProvider.System)), TimeProvider.System, instruments, null, new(TimeProvider.System)), NullLogger.Instance, 0);
        lane.Add(work);
        await work.Task;
    }
}
