using System.Text.RegularExpressions;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Api.Workflows;

static partial class WorkflowName
{
    public static Refusal? Check(string name) => WellFormed().IsMatch(name)
        ? null
        : Refusal.Of(ProblemCodes.BadName, "A workflow's name is 1 to 100 letters, digits, '.', '_' or '-', beginning with a letter or digit.");

    public static Refusal NotFound(string name) => Refusal.Of(ProblemCodes.WorkflowNotFound, $"There is no workflow '{name}'.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex WellFormed();
}
