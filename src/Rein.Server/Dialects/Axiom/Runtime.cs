namespace Rein.Server.Dialects.Axiom;

/// <summary>
/// What an organization has executed of what it may, in a calendar month (UTC); a run belongs to the month that it was created in. Neither the queue nor a wait
/// counts, nor what comes behind a stop.
/// </summary>
sealed class Runtime(MonthlyUse use, AxiomSettings settings)
{
    public async ValueTask<bool> IsUsedUp(Guid organization, CancellationToken cancel) =>
        settings.Allowance is { } allowance && await Used(organization, cancel) >= allowance;

    public async Task<RuntimeDocument> Read(Guid organization, CancellationToken cancel)
    {
        var used = await Used(organization, cancel);
        var left = settings.Allowance - used;
        return new() { Used = Minutes(used), Allowance = settings.Allowance?.TotalMinutes, Remaining = left is { } time ? Math.Max(0, Minutes(time)) : null };
    }

    async Task<TimeSpan> Used(Guid organization, CancellationToken cancel) => (await use.Of(organization, cancel)).Time;

    static double Minutes(TimeSpan time) => Math.Round(time.TotalMinutes, 2);
}
