using Rein.Core.Stores;

namespace Rein.Storage.Rows;

/// <summary>A row of what runs have used: of which sort it is, of which run, and how much.</summary>
readonly record struct UsageRow(int Kind, Guid Run, UsageSum Sum)
{
    public static UsageLook Look(IReadOnlyList<UsageRow> rows) => new(
        rows.First(row => row.Kind == 0).Sum, rows.First(row => row.Kind == 1).Sum,
        [.. rows.Where(row => row.Kind == 2).Select(row => row.Run)], [.. rows.Where(row => row.Kind == 3).Select(row => (row.Run, row.Sum))]);

    /// <summary>The range of ids that a look is about: what stands in none of its ends is from the first that may be meant.</summary>
    public static (Guid First, Guid From, Guid Until) RangeOf(UsageFilter filter)
    {
        var first = IdRange.From(filter.Since);
        var from = filter.From ?? first;
        return (first, from, filter.Until ?? from);
    }
}
