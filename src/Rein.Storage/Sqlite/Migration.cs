using System.Globalization;
using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite;

/// <summary>Brings the schema up to date, a numbered file after the other, each in the transaction that also counts it.</summary>
static class Migration
{
    const int Newest = 12;

    public static void Run(Connection connection, string file)
    {
        var version = connection.Use("Schema/version").ReadOne(row => row.Int());
        if (version > Newest)
            throw new StoreException(
                $"The database {file} was written by a newer version of Rein (schema {version}; this program knows up to {Newest}). Use that version or a later one.");
        while (version++ < Newest)
        {
            var number = version.ToString("0000", CultureInfo.InvariantCulture);
            connection.Run($"{Sql.Of($"Schema/{number}")}; PRAGMA user_version = {version}");
        }
    }
}
