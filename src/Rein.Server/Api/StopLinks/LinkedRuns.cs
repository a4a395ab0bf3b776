using Rein.Core.Runs;
using Rein.Protocol;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.StopLinks;

/// <summary>What whoever has the link may know of the run: how it is, and how far its stop has got. Not what it works on, and not who else asked.</summary>
static class LinkedRuns
{
    public static LinkedRunDocument Of(Run run) => new()
    {
        RunId = run.Id,
        Workflow = run.Workflow,
        State = Names.Of(run.State),
        IsStopping = run.IsStopping,
        IsGone = IsGone(run),
        CreatedAt = run.CreatedAt,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        RequestedAt = run.Stop?.RequestedAt,
        GraceEndsAt = run.IsStopping ? run.Stop!.GraceEndsAt : null,
        Verdict = run is { Stop: not null, HasEnded: true } ? Names.Of(run.Verdict) : null,
        Unproved = run.Unproved,
    };

    public static bool IsGone(Run run) => run is { HasEnded: true, Unproved: 0 };
}
