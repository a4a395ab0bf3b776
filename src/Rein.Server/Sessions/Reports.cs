using System.Text.Json;
using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.Server.Commits;

namespace Rein.Server.Sessions;

/// <summary>The protocol's words in Core's.</summary>
static class Reports
{
    const int MostResult = 1 << 20;

    /// <summary>A result that is no JSON could not be read by anybody: whoever reports one has failed.</summary>
    public static Outcome OutcomeOf(EndedReport ended) => HasSoundResult(ended) ? ToCore(ended.Outcome) : Outcome.Failed;

    public static ReadOnlyMemory<byte>? ResultOf(EndedReport ended) => HasSoundResult(ended) && ended.Result is { } result ? WireJson.Mended(result) : default(ReadOnlyMemory<byte>?);

    public static string? ErrorOf(EndedReport ended) =>
        HasSoundResult(ended) ? ended.Error : $"its result is no JSON of at most {MostResult} bytes";

    /// <summary>A worker may say anything; what counts is bounded where it is decided, and by the longest time there is.</summary>
    public static TimeSpan Ago(double ms) => ms is > 0 and < 1e12 ? TimeSpan.FromMilliseconds(ms) : TimeSpan.Zero;

    /// <summary>Bounded likewise.</summary>
    public static long Amount(long micros) => Math.Clamp(micros, 0, Credit.Most);

    static bool HasSoundResult(EndedReport ended)
    {
        if (ended.Result is not { } result)
            return true;
        return result.Length <= MostResult && IsJson(result.Span);
    }

    /// <summary>One value, and nothing behind it.</summary>
    public static bool IsJson(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static Outcome ToCore(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => Outcome.Succeeded,
        AttemptOutcome.TimedOut => Outcome.TimedOut,
        AttemptOutcome.Stopped => Outcome.Stopped,
        AttemptOutcome.NotStarted => Outcome.NotStarted,
        _ => Outcome.Failed,
    };

    public static Proof ToCore(AttemptProof proof) =>
        proof == AttemptProof.Clean
            ? Proof.Nothing
            : new(
                (Core.Runs.Rung?)(int?)proof.Rung,
                proof.ExitCode,
                proof.Containment is Containment.None ? null : proof.Containment is Containment.Cgroup ? "cgroup" : "tree",
                [.. proof.Residuals.Select(left => new Core.Runs.Residual(left.Kind, left.Id, left.Why))]);

    public static ReportStatus StatusOf(Committed committed) => committed switch
    {
        { Run: null } => ReportStatus.Unknown,
        { Answer: Answer.Unknown } => ReportStatus.Unknown,
        { Answer: Answer.Fenced or Answer.AlreadyEnded } => ReportStatus.Fenced,
        _ => ReportStatus.Accepted,
    };
}
