using System.Collections.Immutable;
using System.Diagnostics;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Dispatch;

namespace Rein.Server.Commits;

/// <summary>
/// One transaction's worth of work: locks what it touches, decides each in order, in memory, hands out what became ready, and writes
/// the whole. Owned by one lane; whoever halves a batch makes a new one, which claims nothing: only its works can be its poison.
/// </summary>
sealed partial class Batch(IReadOnlyList<Work> works, CapacityBook capacity, BatchRules rules, bool mayClaim, ILogger log)
{
    readonly Dictionary<Guid, Tracked> runs = [];
    readonly Dictionary<LimitKey, Limit> limits = [];
    readonly List<(StartKey Key, StartedBefore Start)> startKeys = [];
    readonly List<StopLink> links = [];
    readonly List<(Reservation Place, AttemptRef Attempt)> reservations = [];
    readonly List<ReadyStep> claimed = [];
    readonly List<AuditEntry> audit = [];
    DateTimeOffset began;

    /// <summary>Work whose run another lane or node holds: it goes into the next batch, which waits for it.</summary>
    public List<Work> Skipped { get; } = [];

    public IReadOnlyCollection<Work> Done => Skipped.Count == 0 ? works : [.. works.Except(Skipped)];

    public IReadOnlyList<RunChange> Changes { get; private set; } = [];

    public CommitKinds Kinds { get; private set; }

    /// <summary>Steps of this batch went into the ready queue.</summary>
    public bool HasQueued => Changes.Any(change => !change.NewlyOffered.IsEmpty);

    /// <summary>Instead of what the queue has next: what a batch had claimed that could not be written.</summary>
    public IReadOnlyList<ReadyStep> Suspects { get; init; } = [];

    /// <summary>Taken from the queue. Rows of others: no work of this batch answers for them.</summary>
    public IReadOnlyList<ReadyStep> Claimed => claimed;

    /// <summary>
    /// Damaged runs came up in the queue, or runs that the batch had in hand, or steps that failed before anybody had them: they, or what is behind them, may be taken by
    /// places that are left.
    /// </summary>
    public bool HasLeftOut { get; private set; }

    public async Task Decide(IUnit unit, bool wait, CancellationToken cancel)
    {
        began = unit.Now;
        await Load(unit, wait, cancel);
        await Append(unit, cancel);
        foreach (var work in works)
        {
            if (Skipped.Contains(work))
                continue;
            if (work.Urgency is Urgency.Start && !isStarting)
                await BeginStarting(unit, cancel);
            await DecideOne(work, unit, cancel);
        }
        await FetchSecrets(cancel);
        await FetchCheckpoints(unit, cancel);
        await HandOut(unit, cancel);
        if (mayClaim)
            await Claim(unit, cancel);
        else
            await Claim(Suspects, unit, cancel);
        Changes = [.. runs.Values.Select(tracked => tracked.ToRunChange()).OfType<RunChange>()];
        Kinds = CommitKindsOf.Of(works, Changes);
        MarkOffered();
    }

    public ChangeSet ToChangeSet() => new(Changes) { StartKeys = startKeys, Links = links, Audit = audit };

    /// <summary>Nothing was committed: what was promised to sessions is theirs again.</summary>
    public void GiveBack()
    {
        foreach (var (place, _) in reservations)
            place.GiveBack();
        MarkAgain();
        EndOffer();
    }

    /// <summary>It is committed, and not everything of it was sent: what a session was not told of takes its place when the rows tell of it.</summary>
    public void GiveBackUntold()
    {
        foreach (var (place, attempt) in reservations)
            if (!place.IsTakenBy(attempt))
                place.GiveBack();
    }

    public void Complete()
    {
        foreach (var work in Done)
            work.Complete();
    }

    async Task Append(IUnit unit, CancellationToken cancel)
    {
        if (appends.Count == 0)
            return;
        foreach (var crossing in foreign)
            crossing.Answer = new(0, IsFenced: true);
        List<AppendWork> own = [.. appends.Where(work => !Skipped.Contains(work) && !foreign.Contains(work))];
        if (own.Count > 0)
        {
            var answers = await unit.Append([.. own.Select(work => work.Append)], cancel);
            for (var i = 0; i < own.Count; i++)
                own[i].Answer = answers[i];
        }
        await LoadSlices(unit, cancel);
    }

    Task DecideOne(Work work, IUnit unit, CancellationToken cancel)
    {
        switch (work)
        {
            case CommandWork command: return Decide(command, unit, cancel);
            case StartWork start: Decide(start, unit.Now); break;
            case AdmitWork admit: return Decide(admit, unit, cancel);
        }
        return Task.CompletedTask;
    }

    async Task Decide(CommandWork work, IUnit unit, CancellationToken cancel)
    {
        if (!runs.TryGetValue(work.Command.Run, out var tracked) || (work.Organization ?? tracked.Run.Organization) != tracked.Run.Organization)
        {
            work.Answer = Committed.NotFound;
            return;
        }
        var command = work.Command switch
        {
            ProveAttempt prove => await WithArchived(prove, tracked, unit, cancel),
            HearStop heard => heard with { Ago = heard.Ago + Stopwatch.GetElapsedTime(work.Arrived) },
            EndAttempt { BeganAgo: { } ago } end => end with { BeganAgo = ago + Stopwatch.GetElapsedTime(work.Arrived) },
            var other => other,
        };
        var decision = await Decide(command, tracked, unit, cancel);
        var answer = Apply(tracked, decision, unit.Now);
        if (work.Audit is { } entry && decision.Change is not null)
            audit.Add(entry);
        work.Answer = new(answer, tracked.Run);
    }

    /// <summary>As often as it finds that something is missing, which is loaded then: once where it is, and hardly ever twice.</summary>
    static async ValueTask<Decision> Decide(ICommand command, Tracked tracked, IUnit unit, CancellationToken cancel)
    {
        var decision = command.Decide(tracked.Run, unit.Now);
        while (decision.Lack is { } lack)
        {
            var more = await unit.LoadSlices([(tracked.Run with { Steps = ImmutableDictionary<string, Step>.Empty }, lack)], cancel);
            tracked.Learn(more[0], lack);
            decision = command.Decide(tracked.Run, unit.Now);
        }
        return decision;
    }

    /// <summary>An earlier try lies in the archive, or was put there by a decision of this very batch.</summary>
    static async Task<ICommand> WithArchived(ProveAttempt prove, Tracked tracked, IUnit unit, CancellationToken cancel)
    {
        if (tracked.Run.Steps.GetValueOrDefault(prove.Step)?.Attempt?.Fence == prove.Fence)
            return prove;
        return prove with { Archived = tracked.Archived(prove.Step, prove.Fence) ?? await unit.FindArchived(prove.Run, prove.Step, prove.Fence, cancel) };
    }

    Answer Apply(Tracked tracked, Decision decision, DateTimeOffset now)
    {
        if (decision.Change is not { } change)
            return decision.Answer;
        // Its parent is left as it was: nobody may wait for a child that said it would not wait.
        if (change.Effects.OfType<StartsChild>().Any(started => started.Child.OnConflict is OnConflict.Reject && !MayBegin(started.Child)))
            return Answer.Conflict;
        var held = tracked.Run.HoldsSlots;
        tracked.Apply(change);
        if (held && !tracked.Run.HoldsSlots)
            Release(tracked.Run);
        if (!held && tracked.Run.HoldsSlots)
            Hold(tracked.Run, +1);
        foreach (var started in change.Effects.OfType<StartsChild>())
            Start(started.Child, now);
        return decision.Answer;
    }
}
