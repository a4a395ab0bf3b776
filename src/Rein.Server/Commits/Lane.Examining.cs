using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>
/// A batch that could not be written may owe it to what it had claimed from the queue. Its works have their answers by then; the next batch would
/// claim the same rows again, and nobody behind them would ever be handed out.
/// </summary>
sealed partial class Lane
{
    /// <summary>A stop waits behind them. Few damaged runs are found among many in so many tries; more are not told from their neighbours.</summary>
    const int MostSplits = 64;

    /// <summary>Claims them by halves: who is sound is handed out, and who fails alone is left out for a while.</summary>
    async Task Examine(IReadOnlyList<ReadyStep> claimed)
    {
        if (claimed.Count == 0)
            return;
        var suspects = new Queue<IReadOnlyList<ReadyStep>>([claimed]);
        for (var splits = 0; suspects.TryDequeue(out var some);)
        {
            var batch = new Batch([], capacity, options.Batch, mayClaim: false, log) { Suspects = some };
            try
            {
                await TryCommit(batch, wait: false);
            }
            catch (StoreException away) when (away.IsTransient)
            {
                // They are still in the queue, and are claimed again when the store is back.
                return;
            }
            catch (Exception damaged) when (!stopTaking.IsCancellationRequested)
            {
                if (some.Count > 1 && splits++ < MostSplits)
                    foreach (var half in some.Chunk((some.Count + 1) / 2))
                        suspects.Enqueue(half);
                else
                    batch.LeaveOut(damaged);
            }
        }
        if (capacity.IsWorthClaiming)
            Add(new ClaimWork(everything: false));
    }

    /// <summary>
    /// The same for those who wait for room, the first half first: a slot that is free is theirs. Each takes its turn in the queue, so that no stop waits for all of them.
    /// </summary>
    void AdmitByHalves(AdmitWork work, Batch failed, Exception poison)
    {
        if (work.Candidates is [var damaged])
        {
            failed.LeaveOut(work, damaged, poison);
            work.Answer = 0;
            work.Complete();
            AdmitAgain(failed);
            return;
        }
        var halves = work.Candidates.Chunk((work.Candidates.Count + 1) / 2).Select(some => new AdmitWork(work.Key, some)).ToList();
        foreach (var half in halves)
            Add(half);
        _ = AnswerBy(halves, work);
    }

    /// <summary>However they end, the work is answered.</summary>
    static async Task AnswerBy(IReadOnlyList<AdmitWork> halves, AdmitWork work)
    {
        try
        {
            work.Answer = (await Task.WhenAll(halves.Select(half => half.Task))).Sum();
            work.Complete();
        }
        catch (Exception failed)
        {
            work.Fail(failed);
        }
    }

    void AdmitAgain(Batch batch)
    {
        foreach (var key in batch.AdmitAgain)
            signals.Admit(key);
    }
}
