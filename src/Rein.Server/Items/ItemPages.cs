using System.Runtime.CompilerServices;
using Rein.Core.Stores;

namespace Rein.Server.Items;

static class ItemPages
{
    const int Most = 1000;
    const int First = 8;
    const long Bytes = 4 << 20;

    /// <summary>All items after a position, a page after the other. However large they are, a page takes a few megabytes.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<ItemRow>> PagesOfItems(
        this IRunReader reader, Guid run, ItemPosition after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var count = First;
        while (await reader.Items(run, after, count, cancel) is { Count: > 0 } rows)
        {
            yield return rows;
            after = rows[^1].Position;
            var size = rows.Sum(row => (long)row.Json.Length) / rows.Count;
            count = (int)Math.Clamp(Bytes / Math.Max(1, size), 1, Math.Min(Most, 4L * count));
        }
    }
}
