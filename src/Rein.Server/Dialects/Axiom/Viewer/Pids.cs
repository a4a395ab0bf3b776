using System.Globalization;
using System.Security.Cryptography;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Axiom.Viewer;

/// <summary>
/// Two digits for each trigger, that of the one before never again at once: a counter. With several nodes each has its own; there the run before is looked at, so that only two
/// triggers of one moment at two nodes can meet, and of those one pair in a hundred. It is the password that opens a run.
/// </summary>
sealed class Pids(IStores stores, ReinServerOptions options)
{
    const int Many = 100;

    int latest = RandomNumberGenerator.GetInt32(Many);

    public async ValueTask<string> Next(Guid organization, CancellationToken cancel)
    {
        var pid = Draw();
        return !options.IsOnlyNode && await Before(organization, cancel) == pid ? Draw() : pid;
    }

    string Draw() => ((uint)Interlocked.Increment(ref latest) % Many).ToString("00", CultureInfo.InvariantCulture);

    async Task<string?> Before(Guid organization, CancellationToken cancel)
    {
        if (await stores.Reader.List(new(organization, 1) { IsOfAWorkflow = true }, cancel) is not [var view])
            return null;
        return (await stores.StopLinks.List(organization, view.Run.Id, cancel)).Select(ViewerLinks.PidOf).FirstOrDefault(pid => pid is not null);
    }
}
