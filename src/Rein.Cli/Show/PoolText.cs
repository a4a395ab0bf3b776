using Rein.Protocol;

namespace Rein.Cli.Show;

/// <summary>Pools and sessions, a line each.</summary>
static class PoolText
{
    public static string Line(PoolDocument pool) => string.Join(
        '\t',
        pool.Name,
        pool.State,
        Figures.Count(pool.Sessions, "worker"),
        $"{pool.Held} of {pool.Capacity} held, {pool.Free} free{(pool.Lost > 0 ? $", {pool.Lost} lost" : "")}",
        $"{Figures.Count(pool.Waiting)} waiting{(pool.OldestWaitingAt is { } oldest ? $" since {Figures.Moment(oldest)}" : "")}");

    public static IEnumerable<string> More(PoolDocument pool)
    {
        if (pool.Drain is { } drain)
            yield return $"drained\t{Drain(drain)}";
        if (pool.Drill is { } drill)
            yield return $"drill\t{Drill(drill)}";
        foreach (var session in pool.Workers ?? [])
            yield return Line(session);
    }

    public static string Line(SessionDocument session) => string.Join(
        '\t',
        session.Id,
        session.Worker,
        session.Pool ?? "default",
        $"{session.Held} of {session.Capacity} held{(session.Lost > 0 ? $", {session.Lost} lost" : "")}",
        session.Drain is { } drain ? $"drained {Drain(drain)}" : "open",
        session.BeatAt is { } beat ? $"beat {Figures.Moment(beat)}" : "no beat yet",
        session.Version ?? "-");

    static string Drain(DrainDocument drain) =>
        $"since {Figures.Moment(drain.Since)} by {drain.By}{(drain.HandBackAt is { } at ? $", handed back at {Figures.Moment(at)}" : "")}";

    static string Drill(DrillDocument drill)
    {
        var rule = $"every {Figures.Seconds(drill.EverySeconds)}, within {drill.WithinMs:0} ms";
        return drill.State switch
        {
            "failed" => $"failed since {Figures.Moment(drill.Since)}: {drill.Why} ({rule})",
            "passed" => $"passed, proved after {drill.ProvedMs:0.0} ms ({rule})",
            _ => $"not tried yet ({rule})",
        };
    }
}
