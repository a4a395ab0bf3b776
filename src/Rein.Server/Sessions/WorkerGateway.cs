using System.Runtime.CompilerServices;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Dispatch;
using Rein.Server.Upkeep;

namespace Rein.Server.Sessions;

/// <summary>The server's end of a worker's channel. The embedded worker calls it in memory, with the records that others send over the wire.</summary>
/// <param name="organization">Whose runs its workers may see; null is every organization's, for the embedded worker alone.</param>
sealed class WorkerGateway(
    Guid? organization, ISessionStore store, CapacityBook capacity, ReportDesk desk, Leases leases, GatewayOptions options) : IWorkerChannel
{
    /// <summary>Whoever comes back is told of so many of its unproved attempts; the rest at the next session.</summary>
    const int MostFormer = 10_000;

    public async Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
    {
        var now = options.Time.GetUtcNow();
        var session = new Session(
            Guid.CreateVersion7(now), organization, request.Worker, request.Pool, [.. request.Kinds], request.Capacity, now);
        foreach (var replaced in await store.Open(session, options.Lease, cancel))
            capacity.End(replaced.Id);
        await leases.LoseOrphans(cancel);
        var former = await store.Unproved(organization, request.Worker, MostFormer, cancel);
        capacity.Add(desk.Attend(new LiveSession(session)));
        return new(session.Id, options.Heartbeat.TotalMilliseconds, [.. former.Select(held => new AttemptRef(held.Run, held.Step, held.Fence))]);
    }

    public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (Mine(session) is not { } live)
            yield break;
        await using var frames = live.Frames(cancel).GetAsyncEnumerator(cancel);
        var next = frames.MoveNextAsync();
        // From here on it takes work, and something may have waited for it.
        desk.PokeClaims();
        while (true)
        {
            var mayBeInAPost = !next.IsCompleted && SynchronizationContext.Current is null;
            var isThere = await next;
            // Without a context of its own the reader would go on inside of the post: on a lane, and under the session's lock.
            if (mayBeInAPost)
                await Task.Yield();
            if (!isThere)
                yield break;
            yield return frames.Current;
            next = frames.MoveNextAsync();
        }
    }

    public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel) =>
        desk.Take(organization, Mine(session), reports);

    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        // Nobody keeps alive, or ends, what is another organization's.
        if (Mine(session) is not { } live)
            return new(false, []);
        if (await store.Renew(session, options.Lease, cancel))
            return new(true, [.. await StopsFor(session, cancel), .. live.Unconfirmed(beat.Held)]);
        // Its lease ran out, here or on another node: nothing more may be handed to it.
        capacity.End(session);
        return new(false, []);
    }

    /// <summary>The rows decide, and not what this node remembers: the wish may have been committed by another, and every push lost.</summary>
    async Task<IEnumerable<CommandFrame>> StopsFor(Guid session, CancellationToken cancel) =>
        (await store.Outstanding(session, cancel)).Select(Frames.Of);

    public async Task Close(Guid session, CancellationToken cancel)
    {
        // The worker has handed back what it knew of; what was still on its way to it never began.
        if (Mine(session) is not { } live)
            return;
        await desk.Take(organization, live, [.. live.Unread().Select(attempt => new ReturnedReport(attempt, AttemptProof.Clean))]);
        await store.End(session, cancel);
        capacity.End(session);
        await leases.LoseOrphans(cancel);
    }

    /// <summary>A foreign session is none.</summary>
    LiveSession? Mine(Guid session) => capacity.Find(session) is { } live && live.Organization == organization ? live : null;
}

/// <param name="Heartbeat">How often a worker says that it lives; a lost push costs one.</param>
/// <param name="Lease">How long a session lives without one.</param>
sealed record GatewayOptions(TimeSpan Heartbeat, TimeSpan Lease, TimeProvider Time);
