using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Runs;

static class Limits
{
    /// <summary>One round trip, two statements: the count must see what was committed while the lock was waited for.</summary>
    public static async Task<IReadOnlyDictionary<LimitKey, Limit>> Lock(NpgsqlConnection connection, IReadOnlyCollection<LimitKey> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
            return new Dictionary<LimitKey, Limit>();
        var wanted = keys.Distinct().OrderBy(key => key.Organization).ThenBy(key => key.Key, StringComparer.Ordinal).ToList();
        try
        {
            using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { Keys.Command("Runs/lock_limits", wanted), Keys.Command("Runs/count_held", wanted) },
            };
            using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            var limits = await reader.ReadAll(cells => (Key: ReadKey(cells), Max: cells.Number()), cancel).ConfigureAwait(false);
            await reader.NextResultAsync(cancel).ConfigureAwait(false);
            var held = (await reader.ReadAll(cells => (Key: ReadKey(cells), Count: cells.Long()), cancel).ConfigureAwait(false))
                .ToDictionary(row => row.Key, row => row.Count);
            return limits.ToDictionary(row => row.Key, row => new Limit(row.Key, row.Max, (int)held[row.Key]));
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
    }

    public static LimitKey ReadKey(Cells cells) => new(cells.Id(), cells.Text());

    static Columns<LimitKey> Keys { get; } = new Columns<LimitKey>().Id(key => key.Organization).Text(key => key.Key);
}
