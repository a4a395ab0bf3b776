using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>Effects that must happen: rows written with the change they follow from, deleted when done.</summary>
public interface IDutyStore
{
    /// <summary>Takes duties that are due, for <paramref name="hold"/>: no other node gets them meanwhile, and they come again if this one dies.</summary>
    Task<IReadOnlyList<OwedDuty>> Take(int count, TimeSpan hold, CancellationToken cancel);

    Task Done(long duty, CancellationToken cancel);

    /// <summary>Not possible yet: it comes again after <paramref name="delay"/>.</summary>
    Task Defer(long duty, TimeSpan delay, CancellationToken cancel);

    /// <summary>Does the duty `export`: counts and digests the run's items, and deletes the duty, in one transaction.</summary>
    Task<ExportView> Export(long duty, Guid run, CancellationToken cancel);
}

/// <param name="Tries">How often it was taken before.</param>
public sealed record OwedDuty(long Id, DutyKind Kind, Guid Run, Guid Organization, int Tries);
