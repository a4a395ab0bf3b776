using System.Collections.Concurrent;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Sessions;
using Rein.Server.Upkeep;

namespace Rein.Server.Dispatch;

/// <summary>
/// What the sessions of this node could still take. In memory, because it is theirs: a place is taken when a step is decided for it, and free again
/// when the worker has proved that the attempt is gone.
/// </summary>
sealed class CapacityBook
{
    readonly ConcurrentDictionary<Guid, LiveSession> sessions = new();

    volatile Gates gates = Gates.Open;

    public Backlog Backlog { get; } = new();

    /// <summary>Who is handed nothing.</summary>
    public Gates Gates => gates;

    /// <summary>What has waited behind a gate comes before whoever is new.</summary>
    /// <returns>Whether anybody may be handed more than before.</returns>
    public bool Exchange(Gates next)
    {
        var eased = sessions.Values.Where(session => gates.IsStricter(next, session)).ToList();
        foreach (var session in eased)
            Backlog.Add(session.Organization, session.Pool, session.Kinds);
        gates = next;
        return eased.Count > 0;
    }

    /// <summary>Steps in the queue whose runs cannot be read or decided: nobody's places wait for them.</summary>
    public LeftOut<ReadyStep> Damaged { get; } = new();

    /// <summary>Runs that wait for room and cannot be admitted as they are: nobody behind them waits for them.</summary>
    public LeftOut<Guid> Inadmissible { get; } = new();

    public void Add(LiveSession session)
    {
        sessions[session.Id] = session;
        Backlog.Add(session.Organization, session.Pool, session.Kinds);
    }

    /// <summary>A session that this node did not carry: of two who bring it at once, the first.</summary>
    public LiveSession Adopt(LiveSession session, ReportDesk desk)
    {
        var carried = sessions.GetOrAdd(session.Id, session);
        if (carried == session)
        {
            desk.Attend(session);
            Backlog.Add(session.Organization, session.Pool, session.Kinds);
        }
        return carried;
    }

    /// <summary>Nothing more is handed to it, and whoever reads its frames comes to their end.</summary>
    public void End(Guid session)
    {
        if (sessions.TryRemove(session, out var ended))
            ended.Close();
    }

    /// <summary>Something may wait that a session of this node takes. Marks of others stay where nobody here looks for their rows, and hold up nobody.</summary>
    public bool HasBacklogHere
    {
        get
        {
            if (!Backlog.IsEmpty)
                foreach (var (_, session) in sessions)
                    if (Backlog.HasFor(session) && gates.Let(session))
                        return true;
            return false;
        }
    }

    /// <summary>A step goes into the queue. Where nobody here could take it nobody would clear its mark either; a session that comes sets it.</summary>
    public void MarkOffered(string? pool, string kind, Guid organization)
    {
        MarkFor(null, pool, kind, organization);
        MarkFor(organization, pool, kind, organization);
    }

    void MarkFor(Guid? eyes, string? pool, string kind, Guid organization)
    {
        if (Backlog.Has(eyes, pool, kind) || Serves(eyes, pool, kind, organization))
            Backlog.Add(eyes, pool, kind);
    }

    bool Serves(Guid? eyes, string? pool, string kind, Guid organization)
    {
        foreach (var (_, session) in sessions)
            if (session.Organization == eyes && session.Serves(pool, kind, organization))
                return true;
        return false;
    }

    /// <summary>A commit may have gone through of which nothing was said: what was handed out by it stands in the rows alone.</summary>
    public void DoubtAll()
    {
        foreach (var (_, session) in sessions)
            session.IsInDoubt = true;
    }

    public LiveSession? Find(Guid session) => sessions.GetValueOrDefault(session);

    public IEnumerable<LiveSession> Sessions => sessions.Values;

    public int SessionCount => sessions.Count;

    /// <summary>Places of the embedded worker that are lost until the code that ignores its stop returns.</summary>
    public int LostHere => Sessions.Where(session => session.IsEmbedded).Sum(session => session.Lost);

    /// <summary>A place for a step that became ready just now: none that others wait for.</summary>
    public Reservation? TryReserve(string? pool, string kind, Guid organization) => TryReserve(pool, kind, organization, hasWaited: false);

    /// <summary>A place for a step that has waited its turn.</summary>
    public Reservation? TryReserveQueued(string? pool, string kind, Guid organization) => TryReserve(pool, kind, organization, hasWaited: true);

    Reservation? TryReserve(string? pool, string kind, Guid organization, bool hasWaited)
    {
        if (!gates.Let(organization, pool, kind))
            return null;
        foreach (var (_, session) in sessions)
            if (session.Serves(pool, kind, organization) && (hasWaited || !Backlog.Has(session.Organization, pool, kind)) && !gates.IsDrained(session.Id) && session.TryTakePlace())
                return new(session);
        return null;
    }

    /// <summary>What to look for in the queue: as much as there are places, and only kinds that may wait there.</summary>
    public IEnumerable<ReadyQuery> Queries(int atMost, bool everything = false)
    {
        foreach (var (_, session) in sessions)
            if (!gates.IsDrained(session.Id) && session.Free is > 0 and var free && (everything ? session.Kinds : Backlog.Of(session)) is { IsEmpty: false } kinds)
                foreach (var query in gates.Narrow(new(session.Pool, session.Organization, kinds, Math.Min(free, atMost))))
                    yield return query;
    }

    /// <summary>Somebody has a place, and something may wait for it.</summary>
    public bool IsWorthClaiming => Queries(1).Any();
}

/// <summary>A place taken for a step that is not committed yet.</summary>
sealed class Reservation(LiveSession session)
{
    public Guid Session => session.Id;
    public string Worker => session.Worker;

    public void GiveBack() => session.FreePlace();

    /// <summary>The attempt has the place now: its session was told of it.</summary>
    public bool IsTakenBy(AttemptRef attempt) => session.AssignOf(attempt) is not null;
}
