using Npgsql;

namespace Rein.Storage.Postgres.Engine;

/// <summary>Reads one row after the other, column by column in the order of the select list.</summary>
sealed class Cells(NpgsqlDataReader reader)
{
    int next;

    public async Task<bool> Next(CancellationToken cancel)
    {
        next = 0;
        return await reader.ReadAsync(cancel).ConfigureAwait(false);
    }

    public void Skip(int columns) => next += columns;
    public Guid Id() => reader.GetFieldValue<Guid>(next++);
    public Guid? IdOrNull() => IsNull() ? null : reader.GetFieldValue<Guid>(next++);
    public int Number() => reader.GetInt32(next++);
    public int? NumberOrNull() => IsNull() ? null : reader.GetInt32(next++);
    public long Long() => reader.GetInt64(next++);
    public long? LongOrNull() => IsNull() ? null : reader.GetInt64(next++);
    public double? DoubleOrNull() => IsNull() ? null : reader.GetDouble(next++);
    public bool Flag() => reader.GetBoolean(next++);
    public string Text() => reader.GetString(next++);
    public string? TextOrNull() => IsNull() ? null : reader.GetString(next++);
    public byte[] Bytes() => reader.GetFieldValue<byte[]>(next++);
    public byte[]? BytesOrNull() => IsNull() ? null : reader.GetFieldValue<byte[]>(next++);
    public string[] Texts() => reader.GetFieldValue<string[]>(next++);
    public DateTimeOffset Time() => Storage.Rows.Micros.ToTime(Long());
    public DateTimeOffset? TimeOrNull() => LongOrNull() is { } micros ? Storage.Rows.Micros.ToTime(micros) : null;

    /// <summary>Passes over a column that is null, as the readers above do.</summary>
    bool IsNull()
    {
        if (!reader.IsDBNull(next))
            return false;
        next++;
        return true;
    }
}
