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

    async Task HandOut(IUnit unit, CancellationToken cancel)
    {
        foreach (var tracked in runs.Values)
            if (tracked.Change is { } change)
                foreach (var id in change.Touched)
                    await HandOut(tracked, id, unit, cancel);
    }

    /// <summary>A step enabled just now may read results that nobody loaded: those it finds when it is claimed from the queue.</summary>
    ValueTask HandOut(Tracked tracked, string id, IUnit unit, CancellationToken cancel)
    {
        var run = tracked.Run;
        if (!run.Offers(run.Steps[id]))
            return ValueTask.CompletedTask;
        var node = run.Definition.NodeOf(id);
        return run.HasRead(node, id) && capacity.TryReserve(run.PoolOf(node), node.Kind, run.Organization) is { } reservation
            ? Give(tracked, id, reservation, unit, cancel)
            : ValueTask.CompletedTask;
    }

    async ValueTask Give(Tracked tracked, string id, Reservation reservation, IUnit unit, CancellationToken cancel)
    {
        var isGiven = false;
        try
        {
            var claim = new ClaimStep(tracked.Run.Id, id, reservation.Session, reservation.Worker)
            {
                Secrets = SecretsOf(tracked.Run), Checkpoint = CheckpointOf(tracked.Run, id),
            };
            var decision = await Decide(claim, tracked, unit, cancel);
            isGiven = Apply(tracked, decision, unit.Now) is Answer.Done;
            // It has failed at what its payload reads: whoever is behind it may have the place.
            HasLeftOut |= !isGiven && decision.Change is not null;
        }
        finally
        {
            if (isGiven)
                reservations.Add((reservation, new(tracked.Run.Id, id, tracked.Run.Steps[id].Attempt!.Fence)));
            else
                reservation.GiveBack();
        }
    }

    /// <summary>Takes from the queue what sessions with free capacity can execute. Rows and runs that somebody else holds are left to them.</summary>
    async Task Claim(IUnit unit, CancellationToken cancel)
    {
        capacity.Damaged.Forgive(unit.Now);
        foreach (var query in capacity.Queries(ClaimAtOnce, everything: works.Any(work => work is ClaimWork { Everything: true })))
        {
            var wanted = query with { Count = query.Count + capacity.Damaged.Count };
            var seen = capacity.Backlog.Seen();
            var ready = await unit.NextReady(wanted, cancel);
            // Of a run that the batch has in hand, and looked at without its queue: the next one claims it.
            var isPassedOver = ready.Any(step => runs.ContainsKey(step.Run));
            HasLeftOut |= isPassedOver;
            Mark(query, isEmptied: ready.Count < wanted.Count && !isPassedOver, seen);
            var sound = ready.Where(step => !capacity.Damaged.Has(step) && !runs.ContainsKey(step.Run)).Take(query.Count).ToList();
            await Claim(sound, unit, cancel);
        }
    }

    async Task Claim(IReadOnlyList<ReadyStep> steps, IUnit unit, CancellationToken cancel)
    {
        if (steps.Count == 0)
            return;
        claimed.AddRange(steps);
        await Load([.. steps.GroupBy(step => step.Run)], unit, cancel);
        await FetchSecrets(cancel);
        await FetchCheckpoints(steps, unit, cancel);
        foreach (var step in steps)
            await Claim(step, unit, cancel);
    }

    /// <summary>
    /// A damaged run must not stand between the others and their commit, nor between the queue and its workers: it is found by halving, and
    /// left out for a while.
    /// </summary>
    async Task Load(List<IGrouping<Guid, ReadyStep>> ready, IUnit unit, CancellationToken cancel)
    {
        try
        {
            var locked = await unit.LockRuns([.. ready.Select(of => of.Key)], wait: false, cancel);
            var slices = ready.Where(of => locked.Runs.ContainsKey(of.Key)).Select(of => SliceOf(locked.Runs[of.Key], of.Select(Claiming)));
            foreach (var run in await unit.LoadSlices([.. slices], cancel))
                runs[run.Id] = new(run, run);
        }
        catch (Exception damaged) when (IsDamage(damaged))
        {
            var half = ready.Count / 2;
            if (half == 0)
            {
                LeaveOut(ready[0], unit.Now, damaged);
                return;
            }
            await Load(ready[..half], unit, cancel);
            await Load(ready[half..], unit, cancel);
        }
    }

    async ValueTask Claim(ReadyStep step, IUnit unit, CancellationToken cancel)
    {
        if (!runs.TryGetValue(step.Run, out var tracked))
            return;
        try
        {
            var isOffered = tracked.Run.Offers(tracked.Run.Steps[step.Step]);
            // A suspect was found in the queue a while ago: it may have been stopped since.
            if (!isOffered && Suspects.Count > 0)
                return;
            if (!isOffered)
                throw new InvalidDataException("It stands in the queue, but its run does not offer it.");
            var node = tracked.Run.Definition.NodeOf(step.Step);
            if (capacity.TryReserveQueued(tracked.Run.PoolOf(node), node.Kind, step.Organization) is { } reservation)
                await Give(tracked, step.Step, reservation, unit, cancel);
        }
        catch (Exception damaged) when (IsDamage(damaged))
        {
            LeaveOut([step], unit.Now, damaged);
        }
    }

    /// <summary>What it had claimed could be read and decided, but not written.</summary>
    public void LeaveOut(Exception damaged) => LeaveOut(claimed, began, damaged);

    void LeaveOut(IEnumerable<ReadyStep> steps, DateTimeOffset now, Exception damaged)
    {
        HasLeftOut = true;
        foreach (var step in steps)
        {
            capacity.Damaged.Add(step, now);
            Log.ClaimFailed(log, step.Run, step.Step, damaged);
        }
    }

    /// <summary>What the store says of itself ends the batch; what a row makes of us is the row's own.</summary>
    static bool IsDamage(Exception broken) => broken is not (StoreException or OperationCanceledException);

    static ICommand Claiming(ReadyStep step) => new ClaimStep(step.Run, step.Step, Guid.Empty, "");
}
