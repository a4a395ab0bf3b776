using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>What a batch locks and loads, in the one order of locks: runs ascending, then limits ascending.</summary>
sealed partial class Batch
{
    // What it has of each kind: sorted once, and asked for again and again.
    readonly List<CommandWork> commands = [];
    readonly List<AppendWork> appends = [];
    readonly List<AdmitWork> admits = [];
    readonly List<StartRun> starts = [];
    readonly HashSet<StartKey> repeatable = [];

    List<(Run Run, Slice Slice)> unloaded = [];

    /// <summary>Rows for a run of another organization than the one that says them.</summary>
    IReadOnlyList<AppendWork> foreign = [];

    async Task Load(IUnit unit, bool wait, CancellationToken cancel)
    {
        Sort();
        var candidates = await FindBlocked(unit, cancel);
        HashSet<Guid> ids = [.. candidates];
        foreach (var work in commands)
            ids.Add(work.Command.Run);
        foreach (var work in appends)
            ids.Add(work.Append.Run);
        if (ids.Count > 0)
        {
            var locked = await unit.LockRuns(ids, wait, cancel);
            Skipped.AddRange(commands.Where(work => locked.Skipped.Contains(work.Command.Run)));
            Skipped.AddRange(appends.Where(work => locked.Skipped.Contains(work.Append.Run)));
            Skipped.AddRange(admits.Where(work => work.Candidates.Any(locked.Skipped.Contains)));
            foreign = [.. appends.Where(work => work.Organization is { } own && locked.Runs.TryGetValue(work.Append.Run, out var run) && run.Organization != own)];
            PrepareSlices(locked);
        }
        await LockLimits(unit, cancel);
        if (repeatable.Count > 0)
            foreach (var (key, start) in await unit.FindStarts(repeatable, cancel))
                startedBefore[key] = start;
        if (appends.Count == 0)
            await LoadSlices(unit, cancel);
    }

    void Sort()
    {
        foreach (var work in works)
            switch (work)
            {
                case CommandWork command:
                    commands.Add(command);
                    if (command.Command is StartChild { Child: var child })
                        starts.Add(child);
                    break;
                case AppendWork append: appends.Add(append); break;
                case AdmitWork admit: admits.Add(admit); break;
                case StartWork start: Sort(start); break;
            }
    }

    void Sort(StartWork work)
    {
        foreach (var order in work.Orders)
        {
            starts.Add(order.Start);
            if (order.Key is { } key)
                repeatable.Add(key);
        }
    }

    /// <summary>Read without locks: whether there is room is decided under the limit's lock, after the runs are locked.</summary>
    async Task<List<Guid>> FindBlocked(IUnit unit, CancellationToken cancel)
    {
        var found = new List<Guid>();
        if (admits.Count > 0)
            capacity.Inadmissible.Forgive(unit.Now);
        foreach (var admit in admits)
        {
            admit.Candidates = admit.Among ?? await NextBlocked(unit, admit.Key, AdmitWork.AtOnce, cancel);
            found.AddRange(admit.Candidates);
        }
        return found;
    }

    /// <summary>Without those that could not be admitted lately, and those that wait no more since this batch has decided about them.</summary>
    async Task<IReadOnlyList<Guid>> NextBlocked(IUnit unit, LimitKey key, int count, CancellationToken cancel)
    {
        var gone = runs.Values.Where(tracked => tracked is { Before.IsBlocked: true, Run: not { IsBlocked: true, HasEnded: false } }).Select(tracked => tracked.Run.Id).ToHashSet();
        var blocked = await unit.NextBlocked(key, count + capacity.Inadmissible.Count + gone.Count, limits.Values, cancel);
        return [.. blocked.Where(run => !capacity.Inadmissible.Has(run) && !gone.Contains(run)).Take(count)];
    }

    void PrepareSlices(LockedRuns locked)
    {
        var slices = commands
            .Where(work => locked.Runs.ContainsKey(work.Command.Run))
            .GroupBy(work => work.Command.Run, (id, of) => SliceOf(locked.Runs[id], of.Select(work => work.Command)))
            .ToDictionary(wanted => wanted.Run.Id);
        foreach (var id in admits.SelectMany(work => work.Candidates))
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
        var wanted = new HashSet<LimitKey>();
        foreach (var admit in admits)
            wanted.Add(admit.Key);
        foreach (var start in starts)
            wanted.UnionWith(KeysOf(start));
        foreach (var (run, _) in unloaded)
            foreach (var name in run.LimitKeys)
                wanted.Add(new(run.Organization, name));
        if (wanted.Count == 0)
            return;
        foreach (var (key, limit) in await unit.LockLimits(wanted, cancel))
            limits[key] = limit;
    }

    static IEnumerable<LimitKey> KeysOf(StartRun start) => start.LimitKeys.Select(key => new LimitKey(start.Organization, key));
}
