using Rein.Core.Runs;
using Rein.Protocol.Workers;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>What a task has come to, as its worker says it.</summary>
/// <param name="Worker">The session that it was told of the task in, as far as it says so; likewise the step and the try.</param>
sealed record LastWord(string? Status, string? Result, string? Worker, string? Step, int? Try)
{
    public bool IsOf(ArchivedAttempt one) =>
        (Worker is null || Worker == one.Attempt.Session.ToString()) && (Step is null || Step == one.Step) && (Try is null || Try == one.Attempt.Try)
        // Of an earlier try that was lost only who names it speaks.
        && (one.Attempt.Outcome is not Outcome.Lost || (Step is not null && Try is not null));

    public EndedReport Of(AttemptRef attempt) => Status is Statuses.Completed
        ? new(attempt, AttemptOutcome.Succeeded, AttemptProof.Clean) { Result = Result is null ? default(ReadOnlyMemory<byte>?) : Texts.Utf8(Result) }
        : new(attempt, AttemptOutcome.Failed, AttemptProof.Clean) { Error = Cut(Result ?? $"its worker says that it is '{Status}'") };

    /// <summary>Between two characters, and not through one.</summary>
    static string Cut(string text)
    {
        var most = EndedReport.MaxError;
        return text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }
}
