using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>
/// Takes ready steps: reads the first ones in their order without any lock, then locks from the front as many as are wanted,
/// passing over what others hold. Where others hold nearly all of those, it reads further.
/// </summary>
/// <param name="handedOut">What this unit was shown before: its own locks are no obstacle to it.</param>
sealed class ReadyClaim(NpgsqlConnection connection, Turns turns, HashSet<(Guid Run, string Step)> handedOut, ReadyQuery query)
{
    const int Furthest = 4096;

    readonly string pool = query.Pool ?? QueueKey.DefaultPool;

    public async Task<IReadOnlyList<ReadyStep>> Take(CancellationToken cancel)
    {
        if (query.Count <= 0 || query.Kinds.IsDefaultOrEmpty)
            return [];
        for (var reach = query.Count + handedOut.Count + 16; ; reach *= 4)
        {
            var seen = await Read(reach, cancel).ConfigureAwait(false);
            var taken = await Lock(seen.FindAll(row => !handedOut.Contains((row.Run, row.Step))), cancel).ConfigureAwait(false);
            if (taken.Count >= query.Count || seen.Count < reach || reach >= Furthest)
                return Serve(taken);
        }
    }

    List<ReadyStep> Serve(List<ReadyStep> taken)
    {
        foreach (var step in taken)
            handedOut.Add((step.Run, step.Step));
        if (query.Organization is null && taken.Count > 0)
            turns.Served(pool, taken[^1].Organization);
        return taken;
    }

    Task<List<Row>> Read(int reach, CancellationToken cancel) => connection.QueryInOrder(
        query.Organization is null ? "Runs/next_ready" : "Runs/next_ready_of",
        cells => new Row(cells.Text(), cells.Id(), cells.Number(), cells.Long(), cells.Id(), cells.Text()),
        cancel,
        [Arg.Of(pool), Arg.Of(query.Kinds), Arg.Of(query.Organization ?? turns.LastOf(pool)), Arg.Of((long)reach), .. Without]);

    NpgsqlParameter[] Without => query.Organization is null ? [Arg.Of([.. query.Without])] : [];

    async Task<List<ReadyStep>> Lock(List<Row> seen, CancellationToken cancel)
    {
        if (seen.Count == 0)
            return [];
        var args = new Columns<Row>().Text(_ => pool).Text(row => row.Kind).Id(row => row.Organization)
            .Number(row => row.Rank).Long(row => row.Since).Id(row => row.Run).Text(row => row.Step)
            .Args(seen);
        var places = await connection.Query("Runs/lock_ready", cells => (int)cells.Long(), cancel, [.. args, Arg.Of((long)query.Count)]).ConfigureAwait(false);
        return places.ConvertAll(place => new ReadyStep(seen[place - 1].Run, seen[place - 1].Step, seen[place - 1].Organization));
    }

    sealed record Row(string Kind, Guid Organization, int Rank, long Since, Guid Run, string Step);
}
