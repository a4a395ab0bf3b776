using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

sealed class PostgresRunStore(Database database) : IRunStore
{
    readonly Turns turns = new();

    public int MaxLanes => database.Lanes;

    /// <summary>One round trip: the transaction, the clock, and what is needed to find out how a commit went whose answer was lost.</summary>
    public async Task<IUnit> Begin(CancellationToken cancel)
    {
        try
        {
            return await BeginOnce(cancel).ConfigureAwait(false);
        }
        catch (StoreException lost) when (lost.IsTransient)
        {
            database.ForgetIdleUnits(); // nothing was done yet: a stop does not fail because the server was away before it
            return await BeginOnce(cancel).ConfigureAwait(false);
        }
    }

    async Task<Unit> BeginOnce(CancellationToken cancel)
    {
        var connection = await database.OpenUnit(cancel).ConfigureAwait(false);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
            var begun = await connection.Query(
                "Runs/begin", cells => (Now: Micros.ToTime(cells.Long()), Id: new TransactionId(cells.Long(), cells.Number())), cancel).ConfigureAwait(false);
            return new Unit(database, turns, connection, transaction, begun[0].Id, begun[0].Now);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
