using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Loads heads and slices for a unit. There is one writer, so that being inside is the lock.</summary>
sealed class RunLoader(Connection connection, RunRow heads, SettledJson settled)
{
    public LockedRuns Lock(IReadOnlyCollection<Guid> runs)
    {
        var locked = new Dictionary<Guid, Run>(runs.Count);
        foreach (var id in runs)
        {
            var row = connection.Use("Runs/lock").Bind(id);
            if (!row.Read())
                continue;
            locked[id] = heads.Read(connection, row);
            row.Reset();
        }
        return new(locked, []);
    }

    public IReadOnlyList<Run> LoadSlices(IReadOnlyList<(Run Run, Slice Slice)> slices)
    {
        var loaded = new Run[slices.Count];
        for (var i = 0; i < loaded.Length; i++)
            loaded[i] = Load(slices[i].Run, slices[i].Slice);
        return loaded;
    }

    public Attempt? FindArchived(Guid run, string step, long fence)
    {
        var row = connection.Use("Runs/find_archived").Bind(run).Bind(step).Bind(fence);
        if (!row.Read())
            return null;
        var attempt = StepRow.ReadAttempt(row);
        row.Reset();
        return attempt;
    }

    public Dictionary<(Guid Run, string Step), ReadOnlyMemory<byte>> FindCheckpoints(IReadOnlyCollection<(Guid Run, string Step)> steps)
    {
        var found = new Dictionary<(Guid Run, string Step), ReadOnlyMemory<byte>>();
        foreach (var (run, step) in steps)
            foreach (var json in connection.Use("Runs/find_checkpoint").Bind(run).Bind(step).ReadAll(row => row.Bytes().ToArray()))
                found[(run, step)] = json;
        return found;
    }

    Run Load(Run run, Slice slice)
    {
        var steps = ImmutableDictionary.CreateBuilder<string, Step>();
        if (slice.AllOpen)
            LoadOpen(run.Id, steps);
        foreach (var id in slice.Steps)
            if (!steps.ContainsKey(id))
                LoadStep("Runs/find_step", run.Id, id, steps);
        foreach (var id in slice.Results)
            LoadStepWithResult(run.Id, id, steps);
        var loaded = run with { Steps = steps.ToImmutable(), Input = slice.Input ? LoadInput(run.Id) : default, Loaded = slice };
        return slice.Loops.IsEmpty ? loaded : LoadLoops(loaded, slice);
    }

    Run LoadLoops(Run run, Slice slice)
    {
        var loaded = run with { Pages = [.. slice.Loops.SelectMany(loop => LoadPages(run.Id, loop))] };
        foreach (var gathering in slice.Gathers)
            if (loaded.Pages.All(page => page.Loop != gathering.Loop))
                loaded = loaded with { Gathered = loaded.Gathered.SetItem(gathering.Loop, Gather(run.Id, gathering)) };
        return loaded;
    }

    List<LoopPage> LoadPages(Guid run, string loop) => connection.Use("Runs/next_pages").Bind(run).Bind(loop).Bind(LoopPage.AtOnce)
        .ReadAll(row => new LoopPage(loop, row.Int(), row.Bytes().ToArray()));

    Gathered Gather(Guid run, Gathering gathering)
    {
        var results = ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>();
        var bytes = 0L;
        foreach (var node in gathering.Nodes)
        {
            var row = connection.Use("Runs/gather").Bind(run).Bind(node);
            while (row.Read())
            {
                var (id, result) = (row.Text(), row.Bytes().ToArray());
                if ((bytes += result.Length) > LoopState.MostResultBytes)
                {
                    row.Reset();
                    return new(results.ToImmutable(), IsWhole: false);
                }
                results[id] = result;
            }
        }
        return new(results.ToImmutable(), IsWhole: true);
    }

    void LoadOpen(Guid run, ImmutableDictionary<string, Step>.Builder steps)
    {
        var row = connection.Use("Runs/open_steps").Bind(run);
        while (row.Read())
        {
            var step = StepRow.Read(row);
            steps[step.Id] = step;
        }
    }

    void LoadStep(string statement, Guid run, string id, ImmutableDictionary<string, Step>.Builder steps)
    {
        var row = connection.Use(statement).Bind(run).Bind(id);
        if (!row.Read())
            return;
        steps[id] = StepRow.Read(row, withResult: statement is "Runs/find_step_with_result");
        row.Reset();
    }

    void LoadStepWithResult(Guid run, string id, ImmutableDictionary<string, Step>.Builder steps)
    {
        if (settled.TryGetResult(run, id, out var result))
        {
            LoadStep("Runs/find_step", run, id, steps);
            if (steps.TryGetValue(id, out var known))
                steps[id] = known with { Result = result };
            return;
        }
        LoadStep("Runs/find_step_with_result", run, id, steps);
        if (steps.TryGetValue(id, out var step))
            settled.AddResult(run, step);
    }

    ReadOnlyMemory<byte> LoadInput(Guid run)
    {
        if (settled.TryGetInput(run, out var known))
            return known;
        var row = connection.Use("Runs/find_input").Bind(run);
        if (!row.Read())
            return default;
        var input = settled.AddInput(run, row.Bytes().ToArray());
        row.Reset();
        return input;
    }
}
