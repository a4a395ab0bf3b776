using System.Collections.Immutable;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Runs;

/// <summary>What slices want of loops: their next items, or where none are left what their iterations came to. Mostly nothing.</summary>
sealed class LoopLoad(IReadOnlyList<(Run Run, Slice Slice)> slices)
{
    readonly List<(Guid Run, string Loop)> loops = [.. slices.SelectMany(entry => entry.Slice.Loops, (entry, loop) => (entry.Run.Id, loop))];

    readonly List<(Guid Run, string Loop, string Node)> gathered =
    [
        .. slices.SelectMany(entry => entry.Slice.Gathers, (entry, of) => (entry.Run.Id, of))
            .SelectMany(row => row.of.Nodes, (row, node) => (row.Id, row.of.Loop, node)),
    ];

    readonly List<(Guid Run, LoopPage Page)> pages = [];
    readonly Dictionary<(Guid Run, string Loop), (long Bytes, ImmutableDictionary<string, ReadOnlyMemory<byte>>.Builder Results)> found = [];

    public bool IsEmpty => loops.Count == 0;

    /// <summary>Pages are read from the front of many, unlike everything else of a unit.</summary>
    public IEnumerable<NpgsqlBatchCommand> Commands()
    {
        if (IsEmpty)
            yield break;
        foreach (var setting in Database.InOrder)
            yield return new(setting);
        var next = Loops.Command("Runs/next_pages", loops);
        next.Parameters.Add(Arg.Of((long)LoopPage.AtOnce));
        yield return next;
        foreach (var setting in Database.ByKey)
            yield return new(setting);
        if (gathered.Count == 0)
            yield break;
        yield return Nodes.Command("Runs/gather_sizes", gathered);
        var gather = Nodes.Command("Runs/gather", gathered);
        gather.Parameters.Add(Arg.Of((long)LoopState.MostResultBytes));
        yield return gather;
    }

    public async Task ReadAll(NpgsqlDataReader reader, CancellationToken cancel)
    {
        if (IsEmpty)
            return;
        pages.AddRange(await reader.ReadAll(cells => (cells.Id(), new LoopPage(cells.Text(), cells.Number(), cells.Bytes())), cancel).ConfigureAwait(false));
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        if (gathered.Count == 0)
            return;
        foreach (var (of, bytes) in await reader.ReadAll(cells => ((cells.Id(), cells.Text()), cells.Long()), cancel).ConfigureAwait(false))
            found[of] = (bytes, ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>());
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
        foreach (var (of, step, result) in await reader.ReadAll(cells => ((cells.Id(), cells.Text()), cells.Text(), cells.Bytes()), cancel).ConfigureAwait(false))
            found[of].Results[step] = result;
        await reader.NextResultAsync(cancel).ConfigureAwait(false);
    }

    public Run Finish(Run run) => IsEmpty ? run : run with
    {
        Pages = [.. pages.Where(row => row.Run == run.Id).Select(row => row.Page)],
        Gathered = found.Where(row => row.Key.Run == run.Id).ToImmutableDictionary(
            row => row.Key.Loop, row => new Gathered(row.Value.Results.ToImmutable(), row.Value.Bytes <= LoopState.MostResultBytes)),
    };

    static Columns<(Guid Run, string Loop)> Loops { get; } = new Columns<(Guid Run, string Loop)>().Id(row => row.Run).Text(row => row.Loop);

    static Columns<(Guid Run, string Loop, string Node)> Nodes { get; } =
        new Columns<(Guid Run, string Loop, string Node)>().Id(row => row.Run).Text(row => row.Loop).Text(row => row.Node);
}
