using System.Diagnostics;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Api.Views;
using Rein.Server.Commits;

namespace Rein.Server.Metrics;

/// <summary>
/// What a commit means for the figures. All of it stands in the runs as they were before and are after, so nothing is asked for, and the way
/// to the commit carries nothing but the moment a stop arrived.
/// </summary>
static class CommitMeasures
{
    /// <summary>Taken after the signals have left and before the callers are answered: whoever has an answer finds it in the figures.</summary>
    /// <param name="began">When the transaction began, by <see cref="Stopwatch"/>.</param>
    /// <param name="committed">When it was durable.</param>
    public static void Committed(this Instruments instruments, IReadOnlyCollection<Work> works, IReadOnlyList<RunChange> changes, long began, long committed)
    {
        instruments.Commits.Add(1);
        instruments.CommitSize.Record(works.Count);
        instruments.CommitLatency.Record(Stopwatch.GetElapsedTime(began, committed).TotalSeconds);
        foreach (var work in works)
            if (work is CommandWork { Command: RequestStop stop, Answer.Answer: Answer.Stopped or Answer.Asked or Answer.Escalated or Answer.AlreadyStopping } asked)
                instruments.Reached("durable", stop.Origin, Stopwatch.GetElapsedTime(asked.Arrived, committed));
        instruments.Traces.Tell(changes);
        var sinceBegin = Stopwatch.GetElapsedTime(began);
        foreach (var change in changes)
            instruments.Changed(change, sinceBegin);
    }

    static void Changed(this Instruments instruments, RunChange change, TimeSpan sinceBegin)
    {
        var (before, after) = (change.Before, change.After);
        if (before is null)
            instruments.RunsStarted.Add(1);
        if (after.HasEnded && before is not { HasEnded: true })
            instruments.Ended(after);
        if (after.Stop is { } stop)
            instruments.Advanced(before, after, stop, sinceBegin);
    }

    static void Ended(this Instruments instruments, Run run)
    {
        instruments.RunsEnded.Add(1, new("state", Names.Of(run.State)), new("cause", Names.Of(run.Cause) ?? ""));
        if (run.Credits > 0)
            instruments.Credits.Add((double)Credit.ToDecimal(run.Credits));
    }

    /// <summary>The stages this commit took the stop to; often more than one.</summary>
    static void Advanced(this Instruments instruments, Run? before, Run after, StopRequest stop, TimeSpan sinceBegin)
    {
        // The row says when it was decided to tell the worker; it is told when that is durable.
        if (stop.SignalledAt is { } signalled && before?.Stop?.SignalledAt is null)
            instruments.Reached("signalled", stop.Origin, signalled - stop.RequestedAt + sinceBegin);
        if (stop.HeardAt is { } heard && before?.Stop?.HeardAt is null)
            instruments.Reached("heard", stop.Origin, heard - stop.RequestedAt);
        if (after.EndedAt is { } ended && before?.EndedAt is null)
            instruments.Reached("ended", stop.Origin, ended - stop.RequestedAt);
        if (IsGone(after) && !IsGone(before))
            instruments.Reached("proved", stop.Origin, after.ChangedAt - stop.RequestedAt);
    }

    static bool IsGone(Run? run) => run is { HasEnded: true, Unproved: 0 };

    static void Reached(this Instruments instruments, string stage, StopOrigin origin, TimeSpan after) =>
        instruments.StopLatency.Record(after.TotalSeconds, new("stage", stage), new("origin", Names.Of(origin)));
}
