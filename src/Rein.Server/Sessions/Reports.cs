using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.Server.Commits;

namespace Rein.Server.Sessions;

/// <summary>The protocol's words in Core's.</summary>
static class Reports
{
    public static Outcome ToCore(AttemptOutcome outcome) => outcome switch
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
