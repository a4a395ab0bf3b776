using System.Diagnostics;
using System.Globalization;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Runs;

/// <summary>What identifies a transaction to the server after its connection was lost.</summary>
readonly record struct TransactionId(long Number, int Backend)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Whether it has committed. A commit whose answer was lost is neither repeated nor forgotten: the server remembers how it went. Should
    /// it still be open there, its backend is ended first, because nobody can finish it any more.
    /// </summary>
    public async Task<bool> HasCommitted(Database database)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            switch (await Ask(database).ConfigureAwait(false))
            {
                case "committed": return true;
                case "aborted": return false;
            }
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new StoreException($"The connection to PostgreSQL was lost in a commit; whether transaction {Number} went through is not known.")
                {
                    IsTransient = true,
                };
            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }
    }

    async Task<string?> Ask(Database database)
    {
        try
        {
            var number = Number.ToString(CultureInfo.InvariantCulture);
            await database.Query("Runs/end_backend", cells => true, default, Arg.Of(Backend), Arg.Of(number)).ConfigureAwait(false);
            var status = await database.Query("Runs/find_outcome", cells => cells.TextOrNull(), default, Arg.Of(number)).ConfigureAwait(false);
            return status[0];
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            return null;
        }
    }
}
