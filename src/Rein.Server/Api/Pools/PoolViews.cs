using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Pools;

/// <summary>Sessions, drains and drills as the API shows them.</summary>
static class PoolViews
{
    public static SessionDocument ToDocument(this Session session, int held, Drain? drain) => new()
    {
        Id = session.Id,
        Worker = session.Worker,
        Pool = session.Pool,
        Kinds = session.Kinds,
        Capacity = session.Capacity,
        Held = held,
        Lost = session.Lost,
        Version = session.Version,
        Node = session.Node,
        Address = session.Address,
        OpenedAt = session.OpenedAt,
        BeatAt = session.BeatAt,
        Drain = drain?.ToDocument(),
    };

    public static DrainDocument ToDocument(this Drain drain) => new() { Since = drain.Since, By = drain.By, HandBackAt = drain.HandBackAt };

    public static DrillDocument ToDocument(this DrillView drill) => new()
    {
        EverySeconds = drill.Rule.Every.TotalSeconds,
        WithinMs = drill.Rule.Within.TotalMilliseconds,
        State = Names.Of(drill.State),
        Since = drill.Since,
        Why = drill.Why,
        LastAt = drill.LastAt,
        HeardMs = drill.Heard?.TotalMilliseconds,
        ProvedMs = drill.Proved?.TotalMilliseconds,
        NextAt = drill.NextAt,
        RunId = drill.Run,
    };
}
