using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Dispatch;
using Rein.Server.Live;
using Rein.Server.Neighbours;
using Rein.Server.Sessions;
using Rein.Server.Upkeep;

namespace Rein.Server.Commits;

/// <summary>
/// What goes out after a commit: frames, wake-ups, the live feed, and what other nodes are told. All of it may be lost, and is repaired: frames by
/// heartbeats, timers and admissions by slow ticks, readers by reading again.
/// </summary>
/// <param name="others">Null where no other node has this store.</param>
sealed class Signals(CapacityBook capacity, RunFeed feed, Alarms alarms, Telling? others)
{
    readonly AdmissionList admissible = new();

    public AdmissionList Admissible => admissible;

    public void Send(IReadOnlyList<RunChange> changes)
    {
        foreach (var change in changes)
            Send(change);
        others?.Tell(changes);
    }

    void Send(RunChange change)
    {
        foreach (var effect in change.Change.Effects)
            Send(effect, change.After);
        if (EarliestDue(change) is { } due)
            alarms.Timers.RingAt(due);
        feed.Publish(change.After);
    }

    void Send(Effect effect, Run run)
    {
        switch (effect)
        {
            case Assign assign:
                capacity.Find(assign.Attempt.Session)?.Assign(Frames.Of(assign, run));
                break;
            case SendStop stop:
                capacity.Find(stop.Attempt.Session)?.Stop(Frames.Of(stop));
                break;
            case Duty:
                alarms.Duties.Ring();
                break;
            case Admit admit:
                Admit(new(admit.Organization, admit.Key));
                break;
            case ReceiptEntry:
                alarms.Seals.Ring();
                break;
        }
    }

    public void Admit(LimitKey key)
    {
        admissible.Add(key);
        alarms.Admissions.Ring();
    }

    static DateTimeOffset? EarliestDue(RunChange change)
    {
        var due = change.After.DueAt;
        foreach (var step in change.Touched)
            if (step.DueAt is { } at && !(due <= at))
                due = at;
        return due;
    }
}

/// <summary>The loops that a commit wakes.</summary>
sealed record Alarms(Alarm Timers, Alarm Duties, Alarm Admissions, Alarm Seals);
