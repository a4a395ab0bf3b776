using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>What a batch locks and loads, in the one order of locks: runs ascending, then limits ascending.</summary>
sealed partial class Batch
{
    List<(Run Run, Slice Slice)> unloaded = [];

    /// <summary>Rows for a run of another organization than the one that says them.</summary>
    IReadOnlyList<AppendWork> foreign = [];

    async Task Load(IUnit unit, bool wait, CancellationToken cancel)
    {
        var candidates = await FindBlocked(unit, cancel);
        var commands = works.OfType<CommandWork>().ToList();
        var appends = works.OfType<AppendWork>().ToList();
        HashSet<Guid> ids = [.. commands.Select(work => work.Command.Run), .. appends.Select(work => work.Append.Run), .. candidates];
        if (ids.Count > 0)
        {
            var locked = await unit.LockRuns(ids, wait, cancel);
            Skipped.AddRange(commands.Where(work => locked.Skipped.Contains(work.Command.Run)));
            Skipped.AddRange(appends.Where(work => locked.Skipped.Contains(work.Append.Run)));
            foreign = [.. appends.Where(work => work.Organization is { } own && locked.Runs.TryGetValue(work.Append.Run, out var run) && run.Organization != own)];
            PrepareSlices(locked, commands);
        }
        await LockLimits(unit, cancel);
        await FindStarts(unit, cancel);
        if (appends.Count == 0)
            await LoadSlices(unit, cancel);
    }

    /// <summary>Read without locks: whether there is room is decided under the limit's lock, after the runs are locked.</summary>
    async Task<List<Guid>> FindBlocked(IUnit unit, CancellationToken cancel)
    {
        var found = new List<Guid>();
        foreach (var admit in works.OfType<AdmitWork>())
        {
            admit.Candidates = await unit.NextBlocked(admit.Key, AdmitWork.AtOnce, [], cancel);
            found.AddRange(admit.Candidates);
        }
        return found;
    }

    void PrepareSlices(LockedRuns locked, List<CommandWork> commands)
    {
        var slices = commands
            .Where(work => locked.Runs.ContainsKey(work.Command.Run))
            .GroupBy(work => work.Command.Run, (id, of) => SliceOf(locked.Runs[id], of.Select(work => work.Command)))
            .ToDictionary(wanted => wanted.Run.Id);
        foreach (var id in works.OfType<AdmitWork>().SelectMany(work => work.Candidates))
            if (locked.Runs.TryGetValue(id, out var run))
            {
                var (_, slice) = SliceOf(run, [new AdmitRun(id)]);
                // Whoever commands it in the same batch reads less: what it begins with is needed too.
                slices[id] = (run, slices.TryGetValue(id, out var commanded) ? commanded.Slice.And(slice) : slice);
            }
        unloaded = [.. slices.Values.Select(wanted => (wanted.Run, wanted.Slice))];
    }

    static (Run Run, Slice Slice) SliceOf(Run run, IEnumerable<ICommand> commands) =>
        (run, Slice.Of([.. commands.Select(command => command.Slice(run.Definition))]));

    async Task LoadSlices(IUnit unit, CancellationToken cancel)
    {
        if (unloaded.Count == 0)
            return;
        foreach (var run in await unit.LoadSlices(unloaded, cancel))
            runs[run.Id] = new(run, run);
        unloaded = [];
    }

    async Task LockLimits(IUnit unit, CancellationToken cancel)
    {
        var keys = works.OfType<AdmitWork>().Select(work => work.Key)
            .Concat(Starts().SelectMany(KeysOf))
            .Concat(unloaded.SelectMany(wanted => wanted.Run.LimitKeys.Select(key => new LimitKey(wanted.Run.Organization, key))))
            .ToHashSet();
        if (keys.Count == 0)
            return;
        foreach (var (key, limit) in await unit.LockLimits(keys, cancel))
            limits[key] = limit;
        // Looked at under the lock, by which whoever waits came there: a newcomer must not overtake. Room may come free in this very batch.
        var mayFree = unloaded.Where(wanted => wanted.Run.HoldsSlots).SelectMany(wanted => wanted.Run.LimitKeys).Distinct().ToList();
        foreach (var key in Starts().SelectMany(KeysOf).Distinct())
            if (limits.TryGetValue(key, out var limit) && (limit.Room > 0 || mayFree.Contains(key.Key))
                && (await unit.NextBlocked(key, 1, mayFree, cancel)).Count > 0)
                queues.Add(key);
    }

    IEnumerable<StartRun> Starts() =>
        works.OfType<StartWork>().SelectMany(work => work.Orders).Select(order => order.Start)
            .Concat(works.OfType<CommandWork>().Select(work => work.Command).OfType<StartChild>().Select(command => command.Child));

    async Task FindStarts(IUnit unit, CancellationToken cancel)
    {
        var keys = works.OfType<StartWork>().SelectMany(work => work.Orders).Select(order => order.Key).OfType<StartKey>().ToHashSet();
        if (keys.Count == 0)
            return;
        foreach (var (key, start) in await unit.FindStarts(keys, cancel))
            startedBefore[key] = start;
    }

    static IEnumerable<LimitKey> KeysOf(StartRun start) => start.LimitKeys.Select(key => new LimitKey(start.Organization, key));
}
