using System.Globalization;
using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres;

/// <summary>Brings the schema up to date, all missing numbers in one transaction, while other nodes that start wait for it.</summary>
static class Migration
{
    const int Newest = 12;

    public static async Task Run(Database database, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    await Run(database, connection, cancel).ConfigureAwait(false);
                    await transaction.CommitAsync(cancel).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (Faults.Of(exception) is { } fault)
            {
                throw fault;
            }
        }
    }

    static async Task Run(Database database, NpgsqlConnection connection, CancellationToken cancel)
    {
        await connection.Query("Schema/lock", cells => true, cancel, Arg.Of(database.Schema)).ConfigureAwait(false);
        var schema = new NpgsqlCommandBuilder().QuoteIdentifier(database.Schema);
        await connection.Run(
            $"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE IF NOT EXISTS {schema}.schema_versions (version integer PRIMARY KEY, at timestamptz NOT NULL)",
            cancel).ConfigureAwait(false);
        var version = (await connection.Query("Schema/find_version", cells => cells.Number(), cancel).ConfigureAwait(false))[0];
        if (version > Newest)
            throw new StoreException(
                $"The schema {database.Schema} was written by a newer version of Rein (schema {version}; this program knows up to {Newest}). "
                + "Use that version or a later one.");
        while (version++ < Newest)
        {
            await connection.Run(Sql.Of($"Schema/{version.ToString("0000", CultureInfo.InvariantCulture)}"), cancel).ConfigureAwait(false);
            await connection.Execute("Schema/insert_version", cancel, Arg.Of(version)).ConfigureAwait(false);
        }
    }

    static async Task Run(this NpgsqlConnection connection, string text, CancellationToken cancel)
    {
        using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }
}
