using Rein.Core.Stores;
using Rein.Server.Items;
using Rein.Server.Live;

namespace Rein.Server.Duties;

/// <summary>The duty `export`: the account of what a run collected. It fails where everybody sees it, and not for ever in the dark.</summary>
sealed class Exports(IStores stores, RunFeed feed, ILogger log)
{
    /// <summary>With a pause that doubles each time, about two minutes.</summary>
    public const int MostFailures = 8;

    const int LongestError = 500;

    public async Task Account(OwedDuty duty, CancellationToken stop)
    {
        var manifest = await ItemAccount.Of(duty.Run, stores, stop);
        await stores.Exports.Keep(duty.Id, duty.Run, manifest, stop);
        feed.Publish(duty.Run);
    }

    public async Task GiveUp(OwedDuty duty, Exception failed, CancellationToken stop)
    {
        var error = failed.Message.Length <= LongestError ? failed.Message : failed.Message[..LongestError];
        await stores.Exports.Fail(duty.Id, duty.Run, error, stop);
        log.ExportGivenUp(duty.Run, duty.Failures + 1, failed);
        feed.Publish(duty.Run);
    }
}
