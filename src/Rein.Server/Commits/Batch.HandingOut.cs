using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Dispatch;

namespace Rein.Server.Commits;

/// <summary>
/// Ready steps meet free capacity. What became ready in this batch is handed out in this batch, and never enters the queue;
/// unless others wait there already, who come first.
/// </summary>
sealed partial class Batch
{
    /// <summary>How many steps one batch claims from the queue: more would make the stops behind it wait.</summary>
    const int ClaimAtOnce = 256;

    void HandOut(DateTimeOffset now)
    {
        foreach (var tracked in runs.Values)
            if (tracked.Change is { } change)
                foreach (var id in change.Touched)
                    HandOut(tracked, id, now);
    }

    void HandOut(Tracked tracked, string id, DateTimeOffset now)
    {
        var run = tracked.Run;
        if (!run.Offers(run.Steps[id]))
            return;
        var node = run.Definition.Nodes[id];
        if (CanRead(run, node) && capacity.TryReserve(node.Pool, node.Kind, run.Organization) is { } reservation)
            Give(tracked, id, reservation, now);
    }

    /// <summary>A step enabled just now may read results that nobody loaded: those it finds when it is claimed from the queue.</summary>
    static bool CanRead(Run run, Core.Definitions.Node node) =>
        (!node.NeedsInput || !run.Input.IsEmpty || run.Revision == 1)
        && node.References.All(id => run.Steps.TryGetValue(id, out var step) && step.Result is not null);

    void Give(Tracked tracked, string id, Reservation reservation, DateTimeOffset now)
    {
        reservations.Add(reservation);
        var claim = new ClaimStep(tracked.Run.Id, id, reservation.Session, reservation.Worker);
        if (Apply(tracked, claim.Decide(tracked.Run, now), now) is Answer.Done)
            return;
        reservations.Remove(reservation);
        reservation.GiveBack();
    }

    /// <summary>Takes from the queue what sessions with free capacity can execute. Rows and runs that somebody else holds are left to them.</summary>
    async Task Claim(IUnit unit, CancellationToken cancel)
    {
        foreach (var query in capacity.Queries(ClaimAtOnce, everything: works.Any(work => work is ClaimWork { Everything: true })))
        {
            var ready = await unit.NextReady(query, cancel);
            if (ready.Count < query.Count)
                capacity.Backlog.Clear(query.Pool, query.Kinds);
            else
                capacity.Backlog.Add(query.Pool, query.Kinds);
            try
            {
                await Claim(ready, query, unit, cancel);
            }
            catch (Exception damaged) when (damaged is not (StoreException or OperationCanceledException))
            {
                // A damaged run in the queue is nobody's work here: it must not stand between the others and their commit.
                Log.ClaimFailed(log, damaged);
            }
        }
    }

    async Task Claim(IReadOnlyList<ReadyStep> ready, ReadyQuery query, IUnit unit, CancellationToken cancel)
    {
        var unseen = ready.Where(step => !runs.ContainsKey(step.Run)).ToList();
        if (unseen.Count == 0)
            return;
        var locked = await unit.LockRuns([.. unseen.Select(step => step.Run).Distinct()], wait: false, cancel);
        var slices = unseen
            .Where(step => locked.Runs.ContainsKey(step.Run))
            .GroupBy(step => step.Run, (id, of) => SliceOf(locked.Runs[id], of.Select(Claiming)));
        foreach (var run in await unit.LoadSlices([.. slices], cancel))
            runs[run.Id] = new(run, run);
        foreach (var step in unseen.Where(step => locked.Runs.ContainsKey(step.Run)))
            if (capacity.TryReserveQueued(query.Pool, runs[step.Run].Run.Definition.Nodes[step.Step].Kind, step.Organization) is { } reservation)
                Give(runs[step.Run], step.Step, reservation, unit.Now);
    }

    static ICommand Claiming(ReadyStep step) => new ClaimStep(step.Run, step.Step, Guid.Empty, "");
}
