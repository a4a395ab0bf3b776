using Rein.Core.Runs;

namespace Rein.Server.Dialects.B3os;

/// <summary>
/// What an organization has left of the compute units of a calendar month (UTC): they are our credits, and a run belongs to the month that it was created in. What is
/// under way counts as far as it has come, so a balance can be overdrawn by what had begun, and by nothing else.
/// </summary>
sealed class ComputeUnits(MonthlyUse use, ComputeUnitSettings settings)
{
    /// <summary>Asked by everything that starts a run here.</summary>
    /// <returns>Null: it may start.</returns>
    public async ValueTask<IResult?> Lacks(Guid organization, CancellationToken cancel)
    {
        if (await Left(organization, cancel) is not { } left || left > settings.Threshold)
            return null;
        return B3osProblems.Refuse(StatusCodes.Status402PaymentRequired, $"The compute units of this month are used up: the balance is {Credit.ToText(left)}.");
    }

    public async Task<BalanceDocument> Read(Guid organization, CancellationToken cancel) => new()
    {
        Balance = await Left(organization, cancel) is { } left ? Credit.ToDecimal(left) : null,
        MinThreshold = Credit.ToDecimal(settings.Threshold),
    };

    /// <returns>Micro-credits; null without an allowance, and then nobody looks.</returns>
    async ValueTask<long?> Left(Guid organization, CancellationToken cancel) =>
        settings.Allowance is { } allowance ? allowance - (await use.Of(organization, cancel)).Credits : null;
}
