using Rein.Core.Runs;
using Rein.Server.Secrets;

namespace Rein.Server.Commits;

/// <summary>What the payloads of this batch may need to know. Most definitions read no secret, and cost a look.</summary>
sealed partial class Batch
{
    readonly Dictionary<Guid, SecretValues> secrets = [];

    /// <summary>Read while the runs are locked, from memory nearly always; through a connection of its own, so that it waits for no unit.</summary>
    async ValueTask FetchSecrets(CancellationToken cancel)
    {
        foreach (var tracked in runs.Values)
            if (tracked.Run is { HasEnded: false, Definition.Secrets.Count: > 0 } run)
                secrets[run.Organization] = secrets.GetValueOrDefault(run.Organization, SecretValues.None).And(await rules.Secrets.Read(run.Organization, run.Definition.Secrets, cancel));
    }

    SecretValues SecretsOf(Run run)
    {
        var values = secrets.GetValueOrDefault(run.Organization, SecretValues.None);
        return run.Definition.Signals.Count == 0 ? values : values.And(rules.Secrets.Signals(run));
    }
}

/// <summary>What a batch decides by.</summary>
sealed record BatchRules(Rules Runs, SecretBook Secrets);
