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
            End(replaced.Id);
        await leases.LoseOrphans(cancel);
        var former = await store.Unproved(organization, request.Worker, MostFormer, cancel);
        capacity.Add(desk.Attend(new LiveSession(session)));
        return new(session.Id, options.Heartbeat.TotalMilliseconds, [.. former.Select(held => new AttemptRef(held.Run, held.Step, held.Fence))]);
    }

    public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (capacity.Find(session) is not { } live)
            yield break;
        await using var frames = live.Frames(cancel).GetAsyncEnumerator(cancel);
        var next = frames.MoveNextAsync();
        // From here on it takes work, and something may have waited for it.
        desk.PokeClaims();
        for (; await next; next = frames.MoveNextAsync())
            yield return frames.Current;
    }

    public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel) =>
        desk.Take(organization, capacity.Find(session), reports);

    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        var isOpen = await store.Renew(session, options.Lease, cancel);
        return isOpen && capacity.Find(session) is { } live
            ? new(true, live.Outstanding(beat.Held))
            : new(false, []);
    }

    public async Task Close(Guid session, CancellationToken cancel)
    {
        // The worker has handed back what it knew of; what was still on its way to it never began.
        if (capacity.Find(session) is { } live)
            await desk.Take(organization, live, [.. live.Unread().Select(attempt => new ReturnedReport(attempt, AttemptProof.Clean))]);
        await store.End(session, cancel);
        End(session);
        await leases.LoseOrphans(cancel);
    }

    void End(Guid session)
    {
        capacity.Find(session)?.Close();
        capacity.Remove(session);
    }
}

/// <param name="Heartbeat">How often a worker says that it lives; a lost push costs one.</param>
/// <param name="Lease">How long a session lives without one.</param>
sealed record GatewayOptions(TimeSpan Heartbeat, TimeSpan Lease, TimeProvider Time);
