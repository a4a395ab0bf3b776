using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Writes down what is said of a run after its start. Of two who write at once, the later looks again at what the earlier has written.</summary>
sealed class Remarks(IStores stores)
{
    /// <summary>Whoever was overtaken so often gives up: somebody writes without end.</summary>
    const int MostTries = 100;

    /// <param name="change">Called again with what lies there by then; what it gives back unchanged is not written.</param>
    /// <param name="evenEnded">Also of a run that has ended: of one that is over nothing else is said.</param>
    /// <returns>False: there is no such run any more, or it has ended.</returns>
    /// <exception cref="StoreException">What lies there cannot be read, or changes without end.</exception>
    public async Task<bool> Put(Run run, Func<Later, Later> change, bool evenEnded, CancellationToken cancel)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var extras = (await stores.Extras.Of([run.Id], cancel)).GetValueOrDefault(run.Id);
            var beside = RunBeside.ToWrite(extras);
            var before = beside.LaterOf(run.Id);
            if (change(before) is var after && ReferenceEquals(after, before))
                return true;
            var json = (beside with { Later = after }).ToJson();
            if (await stores.Extras.PutBesideRun(run.Organization, run.Id, extras?.Json ?? default, json, evenEnded, cancel))
                return true;
            if ((await stores.Reader.Find(run.Organization, run.Id, cancel))?.Run is not { } now || (now.HasEnded && !evenEnded))
                return false;
        }
        throw new StoreException($"What lies beside the run {run.Id} changes without end.") { IsTransient = true };
    }
}
