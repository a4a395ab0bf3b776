using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Receipts;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Stops;

/// <summary>Reads everything that a receipt shows.</summary>
sealed class ReceiptReader(IStores stores, ReinServerOptions options)
{
    const int LargestTree = 1000;

    readonly IRunReader reader = stores.Reader;
    readonly TimeProvider time = options.Time;

    /// <returns>Null when nobody ever asked to stop the run.</returns>
    public async Task<ReceiptDocument?> Read(RunView view, CancellationToken cancel)
    {
        var run = view.Run;
        if (run.Stop is not { } stop)
            return null;
        var rows = await Rows(run.Id, cancel);
        var receipt = Views.Receipts.Of(run, stop, rows, view.Export, time.GetUtcNow()) with { Seal = await SealOf(run.Organization, rows.Entries, cancel) };
        return run.Children == 0 ? receipt : receipt with { Tree = await Tree(run, cancel) };
    }

    /// <returns>Null where there was no such run, nobody ever asked to stop it, or its receipt was pruned too. Nothing is known of its tree any more.</returns>
    public async Task<ReceiptDocument?> ReadPruned(Guid organization, Guid run, CancellationToken cancel)
    {
        if (await stores.Retention.Find(organization, run, cancel) is not { Run: { Stop: { } stop } head } pruned)
            return null;
        var rows = await Rows(run, cancel);
        return Views.Receipts.Of(head, stop, rows, pruned.Export, time.GetUtcNow()) with
        {
            PrunedAt = pruned.At, Seal = await SealOf(organization, rows.Entries, cancel),
        };
    }

    async Task<ReceiptRows> Rows(Guid run, CancellationToken cancel) =>
        new(await reader.Attempts(run, cancel), await reader.StopRequests(run, cancel), await reader.ReceiptEntries(run, cancel));

    /// <summary>The receipt of a run whose stop was committed just now. That it cannot be read back must not unsay it.</summary>
    public async Task<ReceiptDocument?> Read(Run committed, CancellationToken cancel)
    {
        try
        {
            if (await reader.Find(committed.Organization, committed.Id, cancel) is { } view)
                return await Read(view, cancel);
        }
        catch (StoreException)
        {
            // What the command had at hand is the answer then.
        }
        return committed.Stop is { } stop ? Views.Receipts.Of(committed, stop, ReceiptRows.Of(committed), null, time.GetUtcNow()) : null;
    }

    /// <summary>A receipt is sealed when its last entry is.</summary>
    async Task<SealDocument?> SealOf(Guid organization, IReadOnlyList<HashedEntry> entries, CancellationToken cancel)
    {
        if (entries.Count == 0)
            return null;
        if (entries[^1].Place is not { } place)
            return options.SealKeyPem is null ? null : new() { State = "pending" };
        var seal = (await stores.Seals.Seals(organization, place - 1, 1, cancel))[0];
        return new() { State = "sealed", Place = place, Number = seal.Number, Key = seal.Key, At = seal.At };
    }

    async Task<StopTree> Tree(Run root, CancellationToken cancel)
    {
        var runs = new List<Run> { root };
        for (var i = 0; i < runs.Count && runs.Count < LargestTree; i++)
            if (runs[i].Children > 0)
                foreach (var child in await reader.Children(runs[i].Id, ChildFilter.Tree, LargestTree - runs.Count, cancel))
                    if (await reader.Find(root.Organization, child, cancel) is { } view)
                        runs.Add(view.Run);
        return new()
        {
            Runs = runs.Count,
            Live = runs.Count(run => !run.HasEnded),
            Unasked = runs.Count(run => run is { HasEnded: false, Stop: null }),
            Verdict = runs.Any(run => run.IsStopping) ? null : Names.Of(runs.Where(run => run.HasEnded).Max(run => run.Verdict)),
            Members = [.. runs.Select(Member)],
            IsComplete = runs.Count < LargestTree,
        };
    }

    static StopMember Member(Run run) => new()
    {
        RunId = run.Id,
        ParentRunId = run.Parent,
        Workflow = run.Workflow,
        State = Names.Of(run.State),
        Origin = run.Stop is { } stop ? Names.Of(stop.Origin) : null,
        Verdict = run.HasEnded ? Names.Of(run.Verdict) : null,
        Unproved = run.Unproved,
    };
}
