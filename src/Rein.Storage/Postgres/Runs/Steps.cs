using Rein.Core.Runs;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>Reads steps and attempts.</summary>
static class Steps
{
    public static (Guid Run, Step Step) Read(Cells cells)
    {
        var run = cells.Id();
        var step = new Step
        {
            Id = cells.Text(),
            State = (StepState)cells.Number(),
            Tries = cells.Number(),
            DueAt = cells.TimeOrNull(),
            IsDue = cells.Flag(),
            Arrived = cells.Number(),
            Enabling = cells.Number(),
            Child = cells.IdOrNull(),
            Error = cells.TextOrNull(),
        };
        step = step with { Attempt = ReadAttemptOrNull(cells) };
        return (run, cells.BytesOrNull() is { } result ? step with { Result = result } : step);
    }

    public static Attempt ReadArchived(Cells cells) => ReadAttemptOrNull(cells)!;

    static Attempt? ReadAttemptOrNull(Cells cells)
    {
        if (cells.NumberOrNull() is not { } tried)
        {
            cells.Skip(11);
            return null;
        }
        return new()
        {
            Try = tried,
            Fence = cells.Long(),
            Session = cells.Id(),
            Worker = cells.Text(),
            AssignedAt = cells.Time(),
            EndedAt = cells.TimeOrNull(),
            Outcome = (Outcome?)cells.NumberOrNull(),
            Proof = JsonColumn.Proof(cells.BytesOrNull()),
            Items = cells.Long(),
            Rate = cells.Long(),
            Fee = cells.Long(),
            Reported = cells.Long(),
        };
    }
}
