using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Sessions;

namespace Rein.System.Tests.Sessions;

/// <summary>What a session keeps of the attempts that its worker holds, and says again.</summary>
public sealed class LiveSessionTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static readonly AttemptRef Attempt = new(Guid.Parse("5e550000-0000-7000-8000-000000000001"), "work", 1);

    readonly LiveSession session = new(new Session(Guid.Empty, null, "by hand", null, ["hold"], 1, DateTimeOffset.UnixEpoch));

    [Fact]
    public void An_assign_behind_its_stop_is_answered_for_and_handed_out_after_all_when_that_answer_came_to_nothing()
    {
        var answered = new List<AttemptRef>();
        session.NeverSent += answered.Add;

        session.Stop(StopIn(1000));
        session.Assign(Assign());

        Assert.Equal([Attempt], answered);
        Assert.Empty(session.Unread());
        Assert.Empty(session.Compare([]).Missing);
        Assert.Equal([Attempt], session.Compare([]).Missing);
        Assert.Equal(Assign(), session.AssignOf(Attempt));
        session.LetGo(Attempt);
        Assert.Empty(session.Compare([]).Missing);
    }

    [Fact]
    public async Task A_stop_that_is_read_again_is_said_again_only_when_its_end_has_come_nearer()
    {
        var now = DateTimeOffset.UnixEpoch;
        session.Assign(Assign());

        session.StopOnce(StopIn(1000), now.AddSeconds(1));
        session.StopOnce(StopIn(900), now.AddSeconds(1));
        session.StopOnce(StopIn(100), now.AddSeconds(0.2));
        session.StopOnce(StopIn(500), now.AddSeconds(1));
        session.StopOnce(StopIn(0), now.AddSeconds(0.1));
        session.StopOnce(StopIn(0), now.AddSeconds(2));
        session.Close();

        var frames = await session.Frames(Cancel).ToListAsync(Cancel);
        Assert.Equal([Assign(), StopIn(1000), StopIn(100), StopIn(0)], frames);
    }

    [Fact]
    public async Task What_a_list_did_not_show_has_not_stayed_away_once_a_stream_is_read_again()
    {
        session.Assign(Assign());
        session.Compare([]);
        Assert.Equal([Attempt], session.NeverArrived([]));

        await foreach (var frame in session.Frames(Cancel))
            break;

        Assert.Empty(session.NeverArrived([]));
    }

    [Fact]
    public void What_an_older_list_did_not_show_has_not_stayed_away_where_a_digest_came_behind_it()
    {
        session.Assign(Assign());
        session.Compare([]);

        Assert.True(session.Confirms(HeldDigest.ToText(HeldDigest.Of(Attempt)), out _));

        Assert.Empty(session.NeverArrived([]));
    }

    [Fact]
    public void What_its_worker_alone_says_is_not_its_own_until_it_is_handed_out()
    {
        session.HoldStrange(Attempt);
        Assert.False(session.HoldsOwn(Attempt));
        session.LosePlace(Attempt);
        Assert.False(session.HoldsOwn(Attempt));
        session.Compare([]);
        Assert.Empty(session.NeverArrived([]));

        session.Assign(Assign());
        Assert.True(session.HoldsOwn(Attempt));
    }

    static StopFrame StopIn(double killInMs) => new(Attempt, killInMs, "manual", "a test");

    static AssignFrame Assign() => new() { Attempt = Attempt, Try = 1, Kind = "hold", Payload = default };
}
