using Rein.Core.Stores;

namespace Rein.Server.Items;

/// <summary>The columns of a file: every field that any of the items has, in the order in which they first appear.</summary>
sealed class CsvColumns
{
    /// <summary>More than this is no table.</summary>
    public const int Most = 10_000;

    readonly OrderedDictionary<string, bool> names = new(StringComparer.Ordinal);
    readonly Dictionary<(long Fence, string Step), long> seen = [];

    CsvColumns() { }

    public IReadOnlyCollection<string> Names => names.Keys;

    /// <returns>Null where there are more than <see cref="Most"/>.</returns>
    public static async Task<CsvColumns?> Of(IAsyncEnumerable<IReadOnlyList<ItemRow>> pages)
    {
        var columns = new CsvColumns();
        await foreach (var rows in pages)
        {
            foreach (var row in rows)
                columns.Take(row);
            if (columns.names.Count > Most)
                return null;
        }
        return columns;
    }

    void Take(ItemRow row)
    {
        seen[(row.Position.Fence, row.Position.Step)] = row.Position.Seq;
        for (var fields = new ItemFields(row.Json.Span); fields.Next();)
            names.TryAdd(fields.Name, true);
    }

    public int PlaceOf(string name) => names.IndexOf(name);

    /// <summary>Of a run that goes on, items come while the file is written; their fields may have no column.</summary>
    public bool HasSeen(ItemPosition item) => seen.TryGetValue((item.Fence, item.Step), out var last) && item.Seq <= last;
}
