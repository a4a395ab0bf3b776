using System.Collections.Immutable;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>The slices of many runs, in a few statements and one round trip.</summary>
sealed class SliceLoad
{
    readonly IReadOnlyList<(Run Run, Slice Slice)> slices;
    readonly List<(Guid Run, string Step, bool WithResult)> named;
    readonly Guid[] allOpen;
    readonly Guid[] inputs;
    readonly LoopLoad loops;
    readonly Dictionary<Guid, ImmutableDictionary<string, Step>.Builder> steps;
    readonly SettledJson settled;
    readonly Dictionary<Guid, byte[]> found = [];
    readonly Dictionary<(Guid Run, string Step), byte[]> results = [];

    public SliceLoad(IReadOnlyList<(Run Run, Slice Slice)> slices, SettledJson settled)
    {
        this.slices = slices;
        this.settled = settled;
        foreach (var (run, slice) in slices)
            TakeSettled(run.Id, slice);
        steps = slices.ToDictionary(entry => entry.Run.Id, entry => entry.Run.Steps.ToBuilder());
        named =
        [
            .. slices
                .SelectMany(entry => entry.Slice.Steps.Union(entry.Slice.Results), (entry, step) => (entry.Run.Id, step, entry.Slice.Results.Contains(step) && !results.ContainsKey((entry.Run.Id, step)))),
        ];
        allOpen = [.. slices.Where(entry => entry.Slice.AllOpen).Select(entry => entry.Run.Id)];
        loops = new(slices);
        inputs = [.. slices.Where(entry => entry.Slice.Input && !found.ContainsKey(entry.Run.Id)).Select(entry => entry.Run.Id)];
    }

    void TakeSettled(Guid run, Slice slice)
    {
        if (slice.Input && settled.TryGetInput(run, out var input))
            found[run] = input;
        foreach (var step in slice.Results)
            if (settled.TryGetResult(run, step, out var result))
                results[(run, step)] = result;
    }

    public bool IsEmpty => named.Count == 0 && allOpen.Length == 0 && inputs.Length == 0 && loops.IsEmpty;

    public async Task<IReadOnlyList<Run>> Run(NpgsqlConnection connection, CancellationToken cancel)
    {
        try
        {
            using var batch = new NpgsqlBatch(connection);
            foreach (var command in Commands())
                batch.BatchCommands.Add(command);
            using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await ReadAll(reader, cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
        return Finish();
    }

    IEnumerable<NpgsqlBatchCommand> Commands()
    {
        if (allOpen.Length > 0)
            yield return Engine.Commands.BatchCommand("Runs/find_open_steps", Arg.Of(allOpen));
        if (named.Count > 0)
            yield return Named.Command("Runs/find_steps", named);
        if (inputs.Length > 0)
            yield return Engine.Commands.BatchCommand("Runs/find_inputs", Arg.Of(inputs));
        foreach (var command in loops.Commands())
            yield return command;
    }

    static Columns<(Guid Run, string Step, bool WithResult)> Named { get; } = new Columns<(Guid Run, string Step, bool WithResult)>()
        .Id(row => row.Run).Text(row => row.Step).Flag(row => row.WithResult);

    /// <summary>The named steps after the open ones: they may bring a result, which the others do not.</summary>
    async Task ReadAll(NpgsqlDataReader reader, CancellationToken cancel)
    {
        if (allOpen.Length > 0)
            await ReadSteps(reader, cancel).ConfigureAwait(false);
        if (named.Count > 0)
            await ReadSteps(reader, cancel).ConfigureAwait(false);
        if (inputs.Length > 0)
            foreach (var (run, json) in await reader.ReadAll(cells => (cells.Id(), cells.Bytes()), cancel).ConfigureAwait(false))
                found[run] = settled.AddInput(run, json);
        if (inputs.Length > 0)
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
        await loops.ReadAll(reader, cancel).ConfigureAwait(false);
    }

    async Task ReadSteps(NpgsqlDataReader reader, CancellationToken cancel)
    {
        foreach (var (run, step) in await reader.ReadAll(Steps.Read, cancel).ConfigureAwait(false))
            steps[run][step.Id] = Whole(run, step);
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
    }

    Step Whole(Guid run, Step step)
    {
        if (results.TryGetValue((run, step.Id), out var result))
            return step with { Result = result };
        settled.AddResult(run, step);
        return step;
    }

    public IReadOnlyList<Run> Finish() =>
        [.. slices.Select(entry => loops.Finish(entry.Run with
        {
            Steps = steps[entry.Run.Id].ToImmutable(),
            Input = found.TryGetValue(entry.Run.Id, out var input) ? input : entry.Run.Input,
            Loaded = entry.Slice,
        }))];
}
