using System.Globalization;
using Rein.Core.Runs;
using Rein.Protocol;

namespace Rein.Server.Api.Views;

/// <summary>Why a stop is not over yet: which stage, held by whom, how long at most, and what force would lose.</summary>
static class Progress
{
    public static StopProgress? Of(Run run, StopRequest stop, IReadOnlyList<ArchivedAttempt> attempts, DateTimeOffset now)
    {
        if (run is { HasEnded: true, Unproved: 0 })
            return null;
        var stage = StageOf(run, stop, now);
        var holding = attempts.Where(held => run.HasEnded ? IsUnproved(held.Attempt) : held.Attempt.IsOpen).ToList();
        var ends = run.CleanUpEndsAt ?? stop.EscalateAt;
        var graceLeft = stage is "asked" or "grace" ? stop.GraceEndsAt - now : TimeSpan.Zero;
        return new()
        {
            Stage = stage,
            Says = Say(stage, holding, ends - now, graceLeft),
            LeftSeconds = run.HasEnded ? null : Seconds(ends - now),
            GraceLeftSeconds = stage is "asked" or "grace" ? Seconds(graceLeft) : null,
            HeldBy = [.. holding.Select(ToDocument)],
            ForceWouldLose = run.HasEnded ? null : new()
            {
                Attempts = holding.Count,
                GraceSeconds = Seconds(graceLeft),
                CleanUp = [.. run.Definition.Nodes.Values.Where(node => node.IsFinally).Select(node => node.Id).Order(StringComparer.Ordinal)],
            },
        };
    }

    static string StageOf(Run run, StopRequest stop, DateTimeOffset now) => run switch
    {
        { HasEnded: true } => "proof",
        { IsCleaningUp: true } => "clean_up",
        _ when now >= stop.GraceEndsAt => "killing",
        _ => stop.HeardAt is null ? "asked" : "grace",
    };

    static string Say(string stage, List<ArchivedAttempt> holding, TimeSpan left, TimeSpan graceLeft)
    {
        var who = holding.Count == 0 ? "nobody" : string.Join(", ", holding.Take(5).Select(held => $"{held.Attempt.Worker} ({held.Step}, try {held.Attempt.Try})"));
        return stage switch
        {
            "asked" => $"Waits for {who} to hear of it; what has not ended in {Text(graceLeft)} is killed.",
            "grace" => $"The code was told; waits for {who}. What has not ended in {Text(graceLeft)} is killed.",
            "killing" => $"The grace is over: waits for {who} to kill and to look again; the server closes what is open in {Text(left)}.",
            "clean_up" => $"The finally steps are at work, for {Text(left)} at most; held by {who}.",
            _ => $"The run has ended and nothing of it counts; nobody has proved yet that it is gone: {who}.",
        };
    }

    static HoldingDocument ToDocument(ArchivedAttempt held) => new()
    {
        Step = held.Step,
        Try = held.Attempt.Try,
        Worker = held.Attempt.Worker,
        Session = held.Attempt.Session,
        Residuals = held.Attempt.Residuals(),
    };

    static bool IsUnproved(Attempt attempt) => attempt is { IsOpen: false, IsProved: false, Outcome: not Outcome.NotStarted };

    static double Seconds(TimeSpan span) => span > TimeSpan.Zero ? Math.Round(span.TotalSeconds, 3) : 0;

    static string Text(TimeSpan span) => Seconds(span).ToString("0.0 s", CultureInfo.InvariantCulture);
}
