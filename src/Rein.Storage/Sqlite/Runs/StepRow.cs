using Rein.Core.Runs;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Reads steps. The columns come in the order of `find_step.sql`; the result is read only where it was asked for.</summary>
static class StepRow
{
    public static Step Read(Statement row, bool withResult = false) => new()
    {
        Id = row.Text(),
        State = (StepState)row.Int(),
        Tries = row.Int(),
        DueAt = row.TimeOrNull(),
        IsDue = row.Bool(),
        Arrived = row.Int(),
        Enabling = row.Int(),
        Child = row.GuidOrNull(),
        Error = row.TextOrNull(),
        Attempt = ReadAttemptOrNull(row),
        Result = withResult ? row.BytesOrNull() : null,
    };

    /// <summary>Of `find_archived.sql`, or the tail of a step.</summary>
    public static Attempt ReadAttempt(Statement row) => new()
    {
        Try = row.Int(),
        Fence = row.Long(),
        Session = row.Guid(),
        Worker = row.Text(),
        AssignedAt = row.Time(),
        EndedAt = row.TimeOrNull(),
        Outcome = (Outcome?)row.IntOrNull(),
        Proof = JsonColumn.Proof(row.Bytes()),
        Items = row.Long(),
        Rate = row.Long(),
        Fee = row.Long(),
        Reported = row.Long(),
    };

    static Attempt? ReadAttemptOrNull(Statement row)
    {
        if (!row.IsNull)
            return ReadAttempt(row);
        row.Skip(12);
        return null;
    }
}
