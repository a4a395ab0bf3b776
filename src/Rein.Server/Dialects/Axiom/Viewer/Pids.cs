using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Axiom.Viewer;

/// <summary>
/// Two digits for each trigger, that of the organization's last one never again at once: a counter for each, which goes on behind the last run that is found. With several nodes that is looked at
/// every time, so that only two triggers of one moment at two nodes can meet, and of those one pair in a hundred. It is the password that opens a run.
/// </summary>
sealed class Pids(IStores stores, ReinServerOptions options)
{
    const int Many = 100;
    const int MostRemembered = 100_000;

    /// <summary>Runs of other origin may have come behind the last that was triggered.</summary>
    const int Looked = 1_000;

    readonly ConcurrentDictionary<Guid, int> latest = new();

    public async ValueTask<string> Next(Guid organization, CancellationToken cancel)
    {
        var isKnown = latest.ContainsKey(organization);
        var before = isKnown && options.IsOnlyNode ? null : await Before(organization, cancel);
        if (latest.Count >= MostRemembered && !isKnown)
            latest.Clear();
        latest.TryAdd(organization, before ?? RandomNumberGenerator.GetInt32(Many));
        var pid = Draw(organization);
        return (pid == before ? Draw(organization) : pid).ToString("00", CultureInfo.InvariantCulture);
    }

    int Draw(Guid organization) => latest.AddOrUpdate(organization, static _ => RandomNumberGenerator.GetInt32(Many), static (_, last) => (last + 1) % Many);

    async Task<int?> Before(Guid organization, CancellationToken cancel) =>
        await stores.StopLinks.Last(organization, ViewerLinks.Named, Looked, cancel) is { } link && ViewerLinks.PidOf(link) is { } pid
            ? int.Parse(pid, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
