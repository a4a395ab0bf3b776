using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>Starts and admissions: who gets a slot is decided under the limit's lock, and counted on within the batch.</summary>
sealed partial class Batch
{
    readonly Dictionary<StartKey, StartedBefore> startedBefore = [];
    readonly HashSet<LimitKey> admitAgain = [];

    /// <summary>
    /// Keys that somebody waits for who could be admitted, or will be when room comes free: an admission is on its way to them. Whoever another key
    /// holds back as well is passed.
    /// </summary>
    readonly HashSet<LimitKey> queues = [];

    bool isStarting;

    /// <summary>Keys under which somebody was left out: behind them others may be admitted.</summary>
    public IReadOnlyCollection<LimitKey> AdmitAgain => admitAgain;

    /// <summary>
    /// Before the first start, with what the works before it have left of the limits. Looked at under their locks, by which whoever waits came there: a
    /// newcomer must not overtake.
    /// </summary>
    async Task BeginStarting(IUnit unit, CancellationToken cancel)
    {
        isStarting = true;
        foreach (var key in starts.SelectMany(KeysOf).Distinct())
            if (limits.TryGetValue(key, out var limit) && limit.Room > 0 && (await NextBlocked(unit, key, 1, cancel)).Count > 0)
                queues.Add(key);
    }

    /// <summary>What comes free from here on is for whoever waits.</summary>
    void Release(Run run)
    {
        Hold(run, -1);
        if (isStarting)
            queues.UnionWith(run.LimitKeys.Select(key => new LimitKey(run.Organization, key)));
    }

    void Decide(StartWork work, DateTimeOffset now)
    {
        var answers = new Started[work.Orders.Count];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = Decide(work.Orders[i], now);
        work.Answer = answers;
    }

    Started Decide(StartOrder order, DateTimeOffset now)
    {
        if (order.Key is { } used && startedBefore.TryGetValue(used, out var earlier))
            return new(earlier.Digest.AsSpan().SequenceEqual(order.Digest.AsSpan()) ? StartAnswer.Repeated : StartAnswer.KeyReused, earlier.Run, null);
        var answer = Start(order.Start, now);
        if (answer is Answer.Conflict)
            return new(StartAnswer.Conflict, order.Start.Run, null);
        if (order.Key is { } key)
            Remember(key, new(order.Digest, order.Start.Run));
        if (order.Link is { } link)
            links.Add(link);
        return new(answer is Answer.Blocked ? StartAnswer.Blocked : StartAnswer.Started, order.Start.Run, runs[order.Start.Run].Run);
    }

    Answer Start(StartRun start, DateTimeOffset now)
    {
        var decision = start.Decide(MayBegin(start), rules.Runs, now);
        if (decision.Change is not { } change)
            return decision.Answer;
        if (decision.Answer is Answer.Blocked && HasRoom(start.Organization, start.LimitKeys))
            // It stands behind somebody who is about to be admitted: whoever admits looks behind that one too.
            change = change with { Effects = [.. change.Effects, .. start.LimitKeys.Select(key => new Admit(start.Organization, key))] };
        var tracked = new Tracked(before: null, change.Run, start);
        tracked.Apply(change);
        runs.Add(start.Run, tracked);
        if (tracked.Run.HoldsSlots)
            Hold(tracked.Run, +1);
        return decision.Answer;
    }

    bool MayBegin(StartRun start) => HasRoom(start.Organization, start.LimitKeys) && !KeysOf(start).Any(queues.Contains);

    void Remember(StartKey key, StartedBefore start)
    {
        startKeys.Add((key, start));
        startedBefore[key] = start;
    }

    async Task Decide(AdmitWork work, IUnit unit, CancellationToken cancel)
    {
        var admitted = 0;
        foreach (var id in work.Candidates)
            if (runs.TryGetValue(id, out var tracked) && HasRoom(tracked.Run.Organization, tracked.Run.LimitKeys))
                switch (Apply(tracked, await Decide(new AdmitRun(id), tracked, unit, cancel), unit.Now))
                {
                    case Answer.Done: admitted++; break;
                    case Answer.NotNow: LeaveOut(work, id, null); break;
                }
        // A try that was rolled back has counted too.
        work.Answer = admitted;
    }

    /// <summary>Who cannot be admitted as it is keeps nobody behind it waiting.</summary>
    public void LeaveOut(AdmitWork work, Guid run, Exception? damaged)
    {
        admitAgain.Add(work.Key);
        capacity.Inadmissible.Add(run, began);
        Log.AdmitFailed(log, run, damaged);
    }

    bool HasRoom(Guid organization, IEnumerable<string> keys) =>
        keys.All(key => HasRoom(new LimitKey(organization, key)));

    bool HasRoom(LimitKey key) => !limits.TryGetValue(key, out var limit) || limit.Room > 0;

    void Hold(Run run, int difference)
    {
        foreach (var name in run.LimitKeys)
            if (limits.TryGetValue(new(run.Organization, name), out var limit))
                limits[limit.Key] = limit with { Held = limit.Held + difference };
    }
}
