using Rein.Core.Runs;

namespace Rein.Server.Dialects.Axiom;

/// <summary>How runs are. Their document has three words.</summary>
static class Statuses
{
    public const string Queued = "queued";

    public static string Of(Run run) => run.State switch
    {
        RunState.Succeeded => "Success",
        RunState.Failed or RunState.Stopped => "Failure",
        _ => "Running",
    };
}
