using Rein.Core.Stores;
using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>What the rows say of a session, whichever node handed it out or took its report.</summary>
/// <param name="Held">Open attempts, and closed ones that nobody has proved gone.</param>
/// <param name="Closed">Of these the closed ones: that its worker does not show them proves nothing.</param>
/// <param name="Stops">What its worker has still to be told to end.</param>
sealed record SessionRows(IReadOnlySet<AttemptRef> Held, IReadOnlySet<AttemptRef> Closed, IReadOnlyList<OutstandingStop> Stops)
{
    public static async Task<SessionRows> Read(ISessionStore store, Guid session, CancellationToken cancel)
    {
        var open = await store.Held(session, cancel);
        // Behind the open ones: what is closed between the two looks stands in both, and never in none.
        var stops = await store.Outstanding(session, cancel);
        return new(
            open.Select(RefOf).Concat(stops.Select(one => RefOf(one.Attempt))).ToHashSet(), stops.Where(one => !one.IsOpen).Select(one => RefOf(one.Attempt)).ToHashSet(), stops);
    }

    /// <summary>Reads them, and goes by them where this node knows otherwise: what has come to its end at another node gives its place back.</summary>
    public static async Task<SessionRows> Refresh(ISessionStore store, LiveSession live, CancellationToken cancel)
    {
        // From before the rows: what is handed out meanwhile is not in them.
        var before = live.Held;
        var rows = await Read(store, live.Id, cancel);
        live.TakeOver(before, rows.Held);
        return rows;
    }

    /// <summary>Tells its worker what it has still to end, and has not been told from here.</summary>
    public void SayStops(LiveSession live)
    {
        foreach (var outstanding in Stops)
            live.StopOnce(Frames.Of(outstanding), outstanding.Now + outstanding.KillIn);
    }

    public static AttemptRef RefOf(HeldAttempt held) => new(held.Run, held.Step, held.Fence);
}
