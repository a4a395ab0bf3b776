using Rein.Core.Stores;

namespace Rein.Storage.Tests;

/// <summary>A real database that one test has to itself.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>Opens it and brings its schema up to date; again after it was closed, for a restart.</summary>
    Task<IStores> Open();

    /// <summary>Tries a statement behind the store's back.</summary>
    /// <returns>What the database said against it; null where it was done.</returns>
    Task<string?> Try(string sql);

    Task<long> Number(string sql);

    /// <summary>An id as it is written in a statement.</summary>
    string Literal(Guid id);

    /// <summary>Counts every row that is inserted, updated or deleted from here on, by table.</summary>
    Task CountWrites();

    /// <summary>What was counted, as `insert runs` and so on.</summary>
    Task<IReadOnlyDictionary<string, long>> Writes();

    /// <summary>
    /// How much was read since the database was made: rows that PostgreSQL fetched, steps that the machine of SQLite took. Closes the store, for PostgreSQL says so only
    /// when its connections are gone.
    /// </summary>
    Task<long> CloseAndCountReads(IStores stores);

    /// <summary>Cuts the connections of the store, as a network does; false where there are none that could be cut.</summary>
    Task<bool> CutConnections();
}
