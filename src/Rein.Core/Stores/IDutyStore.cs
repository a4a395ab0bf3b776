using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>Effects that must happen: rows written with the change they follow from, deleted when done.</summary>
public interface IDutyStore
{
    /// <summary>Takes duties that are due, for <paramref name="hold"/>: no other node gets them meanwhile, and they come again if this one dies.</summary>
    Task<IReadOnlyList<OwedDuty>> Take(int count, TimeSpan hold, CancellationToken cancel);

    Task Done(long duty, CancellationToken cancel);

    /// <summary>It failed: it comes again after <paramref name="delay"/>.</summary>
    Task Defer(long duty, TimeSpan delay, CancellationToken cancel);
}

/// <param name="Tries">How often it was taken before; also by those who died with it, or had it in hand for longer than its hold.</param>
/// <param name="Failures">How often it failed.</param>
public sealed record OwedDuty(long Id, DutyKind Kind, Guid Run, Guid Organization, int Tries, int Failures);
