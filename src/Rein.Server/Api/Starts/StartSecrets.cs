using Rein.Core.Definitions;
using Rein.Core.Faults;
using Rein.Protocol.Problems;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Starts;

/// <summary>A start that names a secret that is not there is refused by its name, before anything runs.</summary>
static class StartSecrets
{
    public static async ValueTask<Refusal?> Lacks(this SecretBook secrets, Guid organization, Definition definition, CancellationToken cancel)
    {
        if (definition.Secrets.Count == 0)
            return null;
        var values = await secrets.Read(organization, definition.Secrets, cancel);
        var missing = definition.Secrets.Where(name => !values.Values.ContainsKey(name)).Order(StringComparer.Ordinal)
            .Select(name => new ProblemError(FaultCodes.ExpressionUnknownSecret, Say(name, values.Unreadable.GetValueOrDefault(name)), null)).ToList();
        return missing.Count == 0 ? null : Refusal.Of(ProblemCodes.UnknownSecret, missing);
    }

    static string Say(string name, string? why) => why is null ? $"There is no secret '{name}'." : $"The secret '{name}' cannot be read: {why}";
}
