using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Writes down what is said of a run after its start. Of two who write at once, the later looks again at what the earlier has written.</summary>
sealed class Remarks(IStores stores)
{
    /// <summary>Whoever was overtaken so often gives up: somebody writes without end.</summary>
    const int MostTries = 100;

    /// <param name="change">Called again with what lies there by then; what it gives back unchanged is not written.</param>
    /// <returns>False: there is no such run any more.</returns>
    public async Task<bool> Put(Run run, Func<Later, Later> change, CancellationToken cancel)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var extras = (await stores.Extras.Of([run.Id], cancel)).GetValueOrDefault(run.Id);
            var beside = RunBeside.Of(extras);
            var before = beside.LaterOf(run.Id);
            if (change(before) is var after && ReferenceEquals(after, before))
                return true;
            if (await stores.Extras.PutBesideRun(run.Organization, run.Id, extras?.Json ?? default, (beside with { Later = after }).ToJson(), cancel))
                return true;
            if (extras is null && await stores.Reader.Find(run.Organization, run.Id, cancel) is null)
                return false;
        }
        throw new StoreException($"What lies beside the run {run.Id} changes without end.") { IsTransient = true };
    }
}
