using System.Diagnostics;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Views;

namespace Rein.Server.Metrics;

/// <summary>
/// Every run is a trace, whose id is the run's own without hyphens: whoever has the one has the other. Spans are told when they are over, from what was
/// committed, so whichever node committed it tells it; while nobody listens they cost a comparison.
/// </summary>
sealed class RunTraces(string name) : IDisposable
{
    readonly ActivitySource source = new(name);

    public void Tell(IReadOnlyList<RunChange> changes)
    {
        if (source.HasListeners())
            foreach (var change in changes)
                Tell(change);
    }

    void Tell(RunChange change)
    {
        var (before, after) = (change.Before, change.After);
        foreach (var step in change.Touched)
            if (step.Attempt is { EndedAt: { } closed } attempt && before?.Steps.GetValueOrDefault(step.Id)?.Attempt is not { EndedAt: not null } && closed == after.ChangedAt)
                TellAttempt(after, step, attempt, closed);
        if (after.EndedAt is { } ended && before?.EndedAt is null)
            TellRun(after, ended);
        if (after is { Stop: { } stop, HasEnded: true, Unproved: 0 } && before is not { HasEnded: true, Unproved: 0 })
            TellStop(after, stop);
    }

    void TellRun(Run run, DateTimeOffset ended)
    {
        using var span = Begin("run", run, run.CreatedAt);
        span?.SetTag("rein.workflow", run.Workflow).SetTag("rein.state", Names.Of(run.State)).SetTag("rein.cause", Names.Of(run.Cause)).SetEndTime(ended.UtcDateTime);
        if (run.State is RunState.Failed)
            span?.SetStatus(ActivityStatusCode.Error, run.Error);
        if (run.StartedAt is { } started)
            span?.AddEvent(new("started", started));
    }

    void TellAttempt(Run run, Step step, Attempt attempt, DateTimeOffset ended)
    {
        using var span = Begin("attempt", run, attempt.AssignedAt);
        span?.SetTag("rein.step", step.Id).SetTag("rein.try", attempt.Try).SetTag("rein.worker", attempt.Worker)
            .SetTag("rein.outcome", Names.Of(attempt.Outcome)).SetEndTime(ended.UtcDateTime);
        if (attempt.Outcome is Outcome.Failed or Outcome.TimedOut or Outcome.Lost)
            span?.SetStatus(ActivityStatusCode.Error, step.Error);
    }

    /// <summary>From the wish to the proof, with the stages between as events.</summary>
    void TellStop(Run run, StopRequest stop)
    {
        using var span = Begin("stop", run, stop.RequestedAt);
        span?.SetTag("rein.origin", Names.Of(stop.Origin)).SetTag("rein.actor", stop.Actor).SetTag("rein.verdict", Names.Of(run.Verdict)).SetEndTime(run.ChangedAt.UtcDateTime);
        foreach (var (stage, at) in (ReadOnlySpan<(string, DateTimeOffset?)>)[("signalled", stop.SignalledAt), ("heard", stop.HeardAt), ("fenced", stop.FencedAt), ("ended", run.EndedAt)])
            if (at is { } reached)
                span?.AddEvent(new(stage, reached));
    }

    Activity? Begin(string name, Run run, DateTimeOffset from)
    {
        var trace = ActivityTraceId.CreateFromString(run.Id.ToString("N"));
        var beginning = ActivitySpanId.CreateFromString(run.Id.ToString("N").AsSpan(16));
        return source.StartActivity(name, ActivityKind.Internal, new ActivityContext(trace, beginning, ActivityTraceFlags.Recorded), startTime: from)
            ?.SetTag("rein.run", run.Id.ToString()).SetTag("rein.organization", run.Organization.ToString());
    }

    public void Dispose() => source.Dispose();
}
