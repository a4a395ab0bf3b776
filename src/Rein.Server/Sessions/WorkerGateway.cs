using System.Runtime.CompilerServices;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Drills;
using Rein.Server.Upkeep;

namespace Rein.Server.Sessions;

/// <summary>The server's end of a worker's channel. The embedded worker calls it in memory, with the records that others send over the wire.</summary>
/// <param name="organization">Whose runs its workers may see; null is every organization's, for the embedded worker alone.</param>
sealed class WorkerGateway(
    Guid? organization, ISessionStore store, CapacityBook capacity, ReportDesk desk, Leases leases, GateKeeper gates, GatewayOptions options)
    : IWorkerChannel
{
    /// <summary>Whoever comes back is told of so many of its unproved attempts; the rest, and what is lost later, with its heartbeats.</summary>
    const int MostFormer = 10_000;

    /// <summary>Those of one heartbeat.</summary>
    const int MostFormerAtOnce = 1000;

    /// <summary>The only pool that its workers may be of, as their key names it; null for any.</summary>
    public string? Pool { get; init; }

    /// <summary>The key that its workers come with; empty for the embedded one.</summary>
    public Guid Key { get; init; }

    /// <summary>Where its workers are, as their requests say; null for the embedded one.</summary>
    public string? Address { get; init; }

    /// <summary>So many sessions of one key may be open at this node, beside the one that is replaced.</summary>
    public const int MostSessions = 10_000;

    /// <returns>Null where there is room.</returns>
    public string? WhyFull(string worker)
    {
        if (capacity.SessionCount < MostSessions)
            return null;
        var name = NameOf(worker);
        return capacity.Sessions.Count(session => session.Key == Key && session.Worker != name) >= MostSessions ? $"It has {MostSessions} open at this node." : null;
    }

    /// <summary>
    /// Whoever bears the name of a worker whose process is there still: that had a session, another has taken its place, and that one lives. Who comes for the first time may be its next life, which begins at once.
    /// </summary>
    public async ValueTask<Session?> OtherOf(OpenSession request, CancellationToken cancel) =>
        organization is { } id && request.Previous is { } previous && await store.FindOf(id, NameOf(request.Worker), cancel) is { BeatAt: not null } other && other.Id != previous ? other : null;

    public async Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
    {
        var now = options.Time.GetUtcNow();
        var session = new Session(
            Guid.CreateVersion7(now), organization, NameOf(request.Worker), PoolName.Of(request.Pool), [.. request.Kinds], request.Capacity, now)
        {
            Version = request.Version, Node = Environment.MachineName, Address = Address,
        };
        var former = await store.Open(session, options.Lease, cancel);
        foreach (var replaced in former)
            capacity.End(replaced.Id);
        // It is drained as the one was that it replaces.
        if (former.Any(replaced => replaced.Drain is not null))
            await gates.Look(cancel);
        else
            await gates.EnsureRead(cancel);
        await leases.LoseOrphansOf(organization, session.Worker, cancel);
        var unproved = await store.Unproved(organization, session.Worker, MostFormer, cancel);
        capacity.Add(desk.Attend(Asked(new LiveSession(session) { Key = Key })));
        return new(session.Id, options.Heartbeat.TotalMilliseconds, options.Lease.TotalMilliseconds, [.. unproved.Select(SessionRows.RefOf)]);
    }

    /// <summary>The session, where it is open and of this organization. One that another node carried, or this one before a restart, is carried on from the rows.</summary>
    public async ValueTask<LiveSession?> Find(Guid session, CancellationToken cancel)
    {
        if (capacity.Find(session) is { } live)
            return live.Organization == organization && IsInReach(live.Pool) ? Asked(live) : null;
        if (await store.Find(session, cancel) is not { } row || row.Organization != organization || !IsInReach(row.Pool))
            return null;
        await gates.EnsureRead(cancel);
        var adopted = new LiveSession(row) { Key = Key };
        adopted.TakeOver([], (await SessionRows.Read(store, session, cancel)).Held);
        return capacity.Adopt(Asked(adopted), desk);
    }

    LiveSession Asked(LiveSession live)
    {
        live.AskedAt = options.Time.GetTimestamp();
        return live;
    }

    /// <summary>A name replaces whoever has it, and speaks for what they held: a key of one pool has names of its own.</summary>
    string NameOf(string worker) => Pool is null ? worker : $"{PoolName.Say(Pool)}/{worker}";

    /// <summary>The embedded worker's, which is every organization's.</summary>
    public bool IsInProcess => organization is null;

    public bool IsInReach(string? pool) => Pool is null || PoolName.Of(Pool) == PoolName.Of(pool);

    public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await Find(session, cancel) is not { } live || !await Renew(live, cancel))
            yield break;
        if (!live.IsRead)
            await SessionRows.Refresh(store, live, cancel);
        await using var frames = live.Frames(cancel).GetAsyncEnumerator(cancel);
        var next = frames.MoveNextAsync();
        TellOthers(live);
        // From here on it takes work, and something may have waited for it.
        desk.PokeClaims();
        while (true)
        {
            var mayBeInAPost = !next.IsCompleted;
            var isThere = await next;
            // The embedded worker takes a frame inside of the post, which is on a lane; what writes to a connection must not go on there.
            if (mayBeInAPost && !IsInProcess)
                await Task.Yield();
            if (!isThere)
                yield break;
            options.Drills.Give(frames.Current);
            yield return frames.Current;
            next = frames.MoveNextAsync();
        }
    }

    /// <summary>A connection that died without a word would count as read where it began: a stop that is committed there would be told to it alone.</summary>
    void TellOthers(LiveSession live)
    {
        if (!IsInProcess)
            options.Others?.Publish(new([], []) { Streams = [live.Id] });
    }

    public async Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel) =>
        await desk.Take(organization, await Find(session, cancel), reports);

    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        // Nobody keeps alive, or ends, what is another organization's.
        if (await Find(session, cancel) is not { } live)
            return new(false, []);
        if (!await Renew(live, cancel, beat.Capacity))
            return new(false, []);
        if (beat.Capacity is { } most && live.Resize(most))
            desk.PokeClaims();
        if (live.IsInDoubt)
            await SettleDoubt(live, cancel);
        var stops = await StopsFor(session, cancel);
        if (beat is { Held: null, Digest: { } digest })
        {
            var isSame = live.Confirms(digest, out var listWasDue);
            if (!isSame && listWasDue)
                await SessionRows.Refresh(store, live, cancel);
            return new(true, [.. stops, .. DrainFor(live)], SendHeld: !isSame) { Former = await Former(session, cancel) };
        }
        var (frames, unproved) = await Repair(live, live.Compare(beat.Held ?? []), cancel);
        return new(true, [.. stops, .. frames, .. DrainFor(live)]) { Former = [.. await Former(session, cancel), .. unproved] };
    }

    async Task SettleDoubt(LiveSession live, CancellationToken cancel)
    {
        // Lifted before the look: what is doubted meanwhile is looked at by the next heartbeat.
        live.IsInDoubt = false;
        try
        {
            await SessionRows.Refresh(store, live, cancel);
        }
        catch
        {
            live.IsInDoubt = true;
            throw;
        }
    }

    /// <summary>
    /// What its worker held before, and was lost or closed only when it had come back: asked for until somebody has said what became of it, because the answer
    /// to its hello, or to any heartbeat, may not have had it.
    /// </summary>
    async Task<IReadOnlyList<AttemptRef>> Former(Guid session, CancellationToken cancel) =>
        [.. (await store.Former(session, MostFormerAtOnce, cancel)).Select(SessionRows.RefOf)];

    /// <summary>Where the two do not agree, the rows say which of them is right.</summary>
    /// <returns>What the worker does not know; and what is closed, and is not shown: whether it is gone, only the worker can say.</returns>
    async Task<(IReadOnlyList<CommandFrame> Frames, IReadOnlyList<AttemptRef> Unproved)> Repair(LiveSession live, Differences differences, CancellationToken cancel)
    {
        if (differences is { Missing.Count: 0, Strange.Count: 0 })
            return ([], []);
        var rows = await SessionRows.Refresh(store, live, cancel);
        var (frames, unproved, untold) = (new List<CommandFrame>(), new List<AttemptRef>(), new List<AttemptRef>());
        foreach (var missing in differences.Missing)
            if (live.AssignOf(missing) is { } assign)
                frames.Add(assign);
            else if (!rows.Held.Contains(missing))
                live.LetGo(missing);
            else
                // Another node, or a former life of this one, has handed it out, and its frame went down with it.
                (rows.Closed.Contains(missing) ? unproved : untold).Add(missing);
        await desk.HandBack(organization, live, untold);
        foreach (var strange in differences.Strange.Where(attempt => !rows.Held.Contains(attempt)))
        {
            frames.Add(new StopFrame(strange, 0, "policy", "it is not this worker's any more"));
            live.HoldStrange(strange);
        }
        return (frames, unproved);
    }

    /// <summary>
    /// A worker that has no list of what it holds, and takes frames from its stream alone: it lives, and where its stream is, what pushes have lost is made up
    /// for by the rows. Whether its session is still open.
    /// </summary>
    public async Task<bool> Beat(Guid session, CancellationToken cancel)
    {
        if (await Find(session, cancel) is not { } live || !await Renew(live, cancel))
            return false;
        if (!live.IsRead)
            return true;
        var rows = await SessionRows.Refresh(store, live, cancel);
        await desk.HandBack(organization, live, [.. live.NeverTold().Where(attempt => rows.Held.Contains(attempt) && !rows.Closed.Contains(attempt))]);
        rows.SayStops(live);
        return true;
    }

    /// <summary>Its worker takes nothing more for now, or again.</summary>
    /// <returns>False: nobody here hands out to it, and whoever does has not heard of it.</returns>
    public async Task<bool> SetBusy(Guid session, bool isBusy, CancellationToken cancel)
    {
        if (await Find(session, cancel) is not { IsRead: true } live)
            return false;
        live.IsBusy = isBusy;
        if (!isBusy)
            desk.PokeClaims();
        return true;
    }

    /// <summary>Where its lease has run out, here or on another node, nothing more is handed to it.</summary>
    async Task<bool> Renew(LiveSession live, CancellationToken cancel, int? places = null)
    {
        try
        {
            var isOpen = await store.Renew(live.Id, options.Lease, live.Lost, places, cancel);
            options.Watch.Took();
            if (!isOpen)
                capacity.End(live.Id);
            return isOpen;
        }
        catch (StoreException broken)
        {
            options.Watch.Refused(broken);
            leases.BeatWasLost();
            throw;
        }
    }

    /// <summary>The rows decide, and not what this node remembers: the wish may have been committed by another, and every push lost.</summary>
    async Task<IReadOnlyList<CommandFrame>> StopsFor(Guid session, CancellationToken cancel)
    {
        IReadOnlyList<CommandFrame> stops = [.. (await store.Outstanding(session, cancel)).Select(Frames.Of)];
        foreach (var stop in stops)
            options.Drills.Give(stop);
        return stops;
    }

    IEnumerable<CommandFrame> DrainFor(LiveSession session) => gates.Repeat(session) is { } drain ? [drain] : [];

    public async Task Close(Guid session, CancellationToken cancel)
    {
        // The worker has handed back what it knew of; what was still on its way to it never began.
        if (await Find(session, cancel) is not { } live)
            return;
        await live.EndReading();
        var unread = live.Unread();
        await desk.Take(organization, live, [.. unread.Select(attempt => new ReturnedReport(attempt, AttemptProof.Clean))]);
        await desk.HandBack(organization, live, live.NeverArrived(unread));
        await store.End(session, cancel);
        capacity.End(session);
        await leases.LoseOrphansOf(organization, live.Worker, cancel);
    }
}

/// <param name="Heartbeat">How often a worker says that it lives; a lost push costs one.</param>
/// <param name="Lease">How long a session lives without one.</param>
/// <param name="Drills">Is told when a worker is given a stop.</param>
sealed record GatewayOptions(TimeSpan Heartbeat, TimeSpan Lease, TimeProvider Time, StoreWatch Watch, DrillWatch Drills)
{
    /// <summary>Null where no other node has this store.</summary>
    public IStoreSignals? Others { get; init; }
}
