using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;

namespace Rein.Server.Api.Views;

/// <summary>A run's history as the API shows it.</summary>
static class EventViews
{
    public static EventDocument ToDocument(this EventRow row) =>
        new() { Seq = row.Seq, At = row.At, Lines = [.. row.Lines.Select(ToDocument)] };

    static EventLine ToDocument(RunEvent line) => new()
    {
        Kind = Names.Of(line.Kind),
        Step = line.Step,
        Try = line.Try,
        Worker = line.Worker,
        Actor = line.Actor,
        Reason = line.Reason,
        Branch = line.Branch,
        Outcome = Names.Of(line.Outcome),
        Rung = Names.Of(line.Rung),
        State = Names.Of(line.State),
        Cause = Names.Of(line.Cause),
        Origin = Names.Of(line.Origin),
        Since = line.Since,
        Until = line.Until,
        Error = line.Error,
    };
}
