using Npgsql;

namespace Rein.Storage.Postgres.Engine;

/// <summary>One statement on an open connection; what goes wrong is the store's exception.</summary>
static class Commands
{
    public static Task<List<T>> Query<T>(
        this NpgsqlConnection connection, string sql, Func<Cells, T> read, CancellationToken cancel, params NpgsqlParameter[] args) =>
        connection.QueryText(Sql.Of(sql), read, cancel, args);

    public static async Task<List<T>> QueryText<T>(
        this NpgsqlConnection connection, string text, Func<Cells, T> read, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        try
        {
            using var command = connection.Command(text, args);
            using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            return await reader.ReadAll(read, cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>A statement of a unit that reads a queue from its front.</summary>
    public static async Task<List<T>> QueryInOrder<T>(
        this NpgsqlConnection connection, string sql, Func<Cells, T> read, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        try
        {
            using var batch = new NpgsqlBatch(connection);
            foreach (var setting in Database.InOrder)
                batch.BatchCommands.Add(new(setting));
            batch.BatchCommands.Add(BatchCommand(sql, args));
            foreach (var setting in Database.ByKey)
                batch.BatchCommands.Add(new(setting));
            using var reader = await batch.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            return await reader.ReadAll(read, cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
    }

    public static async Task<int> Execute(this NpgsqlConnection connection, string sql, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        try
        {
            using var command = connection.Command(Sql.Of(sql), args);
            return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>The rows of the current result.</summary>
    public static async Task<List<T>> ReadAll<T>(this NpgsqlDataReader reader, Func<Cells, T> read, CancellationToken cancel)
    {
        var cells = new Cells(reader);
        var rows = new List<T>();
        while (await cells.Next(cancel).ConfigureAwait(false))
            rows.Add(read(cells));
        return rows;
    }

    public static NpgsqlBatchCommand BatchCommand(string sql, params NpgsqlParameter[] args)
    {
        var command = new NpgsqlBatchCommand(Sql.Of(sql));
        foreach (var arg in args)
            command.Parameters.Add(arg);
        return command;
    }

    static NpgsqlCommand Command(this NpgsqlConnection connection, string text, NpgsqlParameter[] args)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (var arg in args)
            command.Parameters.Add(arg);
        return command;
    }
}
