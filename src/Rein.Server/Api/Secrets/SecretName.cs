using System.Text.RegularExpressions;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Secrets;

/// <summary>As it reads behind <c>$secrets.</c></summary>
static partial class SecretName
{
    public static Refusal? Check(string name) => WellFormed().IsMatch(name)
        ? null
        : Refusal.Of(ProblemCodes.BadName, "A secret's name is 1 to 100 letters, digits, '_' or '-', beginning with a letter or '_'.");

    public static Refusal NotFound(string name) => Refusal.Of(ProblemCodes.SecretNotFound, $"There is no secret '{Shown.Of(name)}'.");

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex WellFormed();
}
