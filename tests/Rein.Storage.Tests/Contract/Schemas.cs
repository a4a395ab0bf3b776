using Rein.Storage.Sqlite;

namespace Rein.Storage.Tests.Contract;

static class Schemas
{
    /// <summary>The numbers of all but the newest.</summary>
    public static TheoryData<int> Old => [.. Enumerable.Range(1, Numbers - 1)];

    static int Numbers => typeof(SqliteStores).Assembly.GetManifestResourceNames().Count(name => name.StartsWith("sqlite/Schema/0", StringComparison.Ordinal));
}
