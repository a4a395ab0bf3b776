using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>
/// Which runs are to be summed. Whoever asks again remembers what he was told, and names what he has counted: runs are in the order of their ids, so that what is
/// over of an old stretch of them is summed once.
/// </summary>
/// <param name="Since">Only runs that were created then or later.</param>
/// <param name="Now">Until then what is under way counts.</param>
public sealed record UsageFilter(Guid Organization, DateTimeOffset Since, DateTimeOffset Now)
{
    /// <summary>What has ended of the runs below this id is left out: it is counted already. Null for nothing.</summary>
    public Guid? From { get; init; }

    /// <summary>What has ended of the runs below this id, and not below <see cref="From"/>, is told apart. Null for nothing.</summary>
    public Guid? Until { get; init; }

    /// <summary>Of runs that were under way when their stretch was counted: which of them have ended is told.</summary>
    public IReadOnlyCollection<Guid> Left { get; init; } = [];

    /// <summary>How many of those under way are told by their ids.</summary>
    public int Most { get; init; } = 1;
}

/// <param name="Settled">Of what has ended between <see cref="UsageFilter.From"/> and <see cref="UsageFilter.Until"/>.</param>
/// <param name="Moving">Of all runs from <see cref="UsageFilter.Until"/> on, and of whatever is under way below it.</param>
/// <param name="Living">What is under way between the two, in no order: <see cref="UsageFilter.Most"/> at most.</param>
/// <param name="Ended">Those of <see cref="UsageFilter.Left"/> that have ended, with what each has used.</param>
public sealed record UsageLook(UsageSum Settled, UsageSum Moving, IReadOnlyList<Guid> Living, IReadOnlyList<(Guid Run, UsageSum Sum)> Ended)
{
    /// <summary>All that was looked at.</summary>
    public UsageSum Sum => Ended.Aggregate(Settled + Moving, (sum, one) => sum + one.Sum);
}

/// <param name="Time">Executed.</param>
/// <param name="Credits">Micro-credits; beyond 2^53 they may be rounded.</param>
public readonly record struct UsageSum(TimeSpan Time, long Credits)
{
    public static UsageSum operator +(UsageSum one, UsageSum other) => new(one.Time + other.Time, Credit.Plus(one.Credits, other.Credits));
}
