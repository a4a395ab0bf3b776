using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os.Workflows;

/// <summary>The version that whoever changes a workflow has seen last, as `expectedVersion`: of two who have seen the same, the second is told so.</summary>
static class Seen
{
    /// <returns>Null: nothing is expected, and the last word wins.</returns>
    public static int? Read(Fields fields) => fields.Whole("expectedVersion", 1, int.MaxValue);

    public static bool Is(int? expected, WorkflowVersion latest) => expected is null || expected == latest.Version;

    public static Refusal Conflict(WorkflowVersion latest) =>
        Refusal.Of(ProblemCodes.NotNow, $"The workflow has been changed since: the version that is expected is not its latest. It was {latest.Version} a moment ago.");
}
