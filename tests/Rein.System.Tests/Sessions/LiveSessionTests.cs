using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Sessions;

namespace Rein.System.Tests.Sessions;

/// <summary>What a session keeps of the attempts that its worker holds, and says again.</summary>
public sealed class LiveSessionTests
{
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
        Assert.Empty(session.Unconfirmed([]));
        Assert.Equal([Assign()], session.Unconfirmed([]));
        session.LetGo(Attempt);
        Assert.Empty(session.Unconfirmed([]));
    }

    static StopFrame StopIn(double killInMs) => new(Attempt, killInMs, "manual", "a test");

    static AssignFrame Assign() => new() { Attempt = Attempt, Try = 1, Kind = "hold", Payload = default };
}
