using System.Diagnostics;
using System.Globalization;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Runs;

/// <summary>What identifies a transaction to the server after its connection was lost.</summary>
readonly record struct TransactionId(long Number, int Backend)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Whether it has committed. A commit whose answer was lost is neither repeated nor forgotten: should it still be open at the server, its backend is ended, because nobody
    /// can finish it any more; and then its rows are there, or they are not. The number alone proves nothing: a server that has crashed gives it out again.
    /// Where no change has left an event, nothing was done that could not be done once more.
    /// </summary>
    public async Task<bool> HasCommitted(Database database, IReadOnlyList<RunChange> changes)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await Ask(database, changes.FirstOrDefault(change => !change.Change.Events.IsEmpty)).ConfigureAwait(false) is { } isThere)
                return isThere;
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new StoreException($"The connection to PostgreSQL was lost in a commit; whether transaction {Number} went through is not known.")
                {
                    IsTransient = true, IsUnknown = true,
                };
            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }
    }

    async Task<bool?> Ask(Database database, RunChange? witness)
    {
        try
        {
            var number = Number.ToString(CultureInfo.InvariantCulture);
            if ((await database.Read("Runs/end_backend", cells => true, default, Arg.Of(Backend), Arg.Of(number)).ConfigureAwait(false)).Count > 0)
                return null;
            return witness is not null && (await database.Read("Runs/find_event", cells => true, default, [.. AccountRows.Event(witness)]).ConfigureAwait(false)).Count > 0;
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            return null;
        }
    }
}
