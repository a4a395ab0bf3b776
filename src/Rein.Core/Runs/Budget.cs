namespace Rein.Core.Runs;

/// <summary>
/// What a run may use, and what it has used up to a moment. Kept in the head, so that no step has to be looked at to know when it is used up: what
/// executes costs a known rate, and every change of that passes through <see cref="Moved"/>. All amounts are micro-credits.
/// </summary>
/// <param name="Limit">Above 0.</param>
/// <param name="Spent">Of all attempts that began, those that execute included, until <paramref name="MeteredAt"/>.</param>
/// <param name="Rate">Per second, of what executes now.</param>
public sealed record Budget(long Limit, long Spent, long Rate, DateTimeOffset MeteredAt)
{
    public long SpentAt(DateTimeOffset now) => Credit.Plus(Spent, Credit.Over(Rate, now - MeteredAt));

    public bool IsUsedUp(DateTimeOffset now) => SpentAt(now) >= Limit;

    /// <summary>When it is used up if nothing changes; null when time alone does not use it up. To the microsecond: finer times are cut where they are kept.</summary>
    public DateTimeOffset? RunsOutAt
    {
        get
        {
            if (Spent >= Limit)
                return MeteredAt;
            if (Credit.Until(Limit - Spent, Rate) is not { } left || DateTimeOffset.MaxValue - MeteredAt <= left)
                return null;
            var at = MeteredAt + left;
            var tail = at.Ticks % TimeSpan.TicksPerMicrosecond;
            return tail == 0 ? at : at.AddTicks(TimeSpan.TicksPerMicrosecond - tail);
        }
    }

    /// <summary>An attempt begins, reports, or ends. One that turns out never to have begun costs nothing.</summary>
    public Budget Moved(Attempt? before, Attempt? attempt, DateTimeOffset now)
    {
        var (was, isNow) = (before is { IsOpen: true } ? before : null, attempt is { IsOpen: true } ? attempt : null);
        if (was is null && isNow is null)
            return this;
        var spent = Credit.Plus(SpentAt(now), Extras(isNow ?? was!) - (was is null ? 0 : Extras(was)));
        if (was is not null && attempt is { Outcome: Outcome.NotStarted })
            spent -= was.Cost(now);
        return this with { Spent = Math.Max(0, spent), Rate = Math.Max(0, Rate + (isNow?.Rate ?? 0) - (was?.Rate ?? 0)), MeteredAt = now };
    }

    static long Extras(Attempt attempt) => Credit.Plus(attempt.Fee, attempt.Reported);
}
