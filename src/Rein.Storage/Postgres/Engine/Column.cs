using Npgsql;
using NpgsqlTypes;

namespace Rein.Storage.Postgres.Engine;

/// <summary>One column of many rows, sent as one array: a statement takes as many parameters as it has columns, whatever the number of rows.</summary>
abstract class Column<TRow>
{
    public abstract NpgsqlParameter Of(IReadOnlyList<TRow> rows);
}

sealed class Column<TRow, TValue>(NpgsqlDbType type, Func<TRow, TValue> value) : Column<TRow>
{
    public override NpgsqlParameter Of(IReadOnlyList<TRow> rows)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}

/// <summary>The columns of a table, in the order of the parameters of its statements.</summary>
sealed class Columns<TRow>
{
    readonly List<Column<TRow>> columns = [];

    public Columns<TRow> Id(Func<TRow, Guid> value) => Add(NpgsqlDbType.Uuid, value);
    public Columns<TRow> Id(Func<TRow, Guid?> value) => Add(NpgsqlDbType.Uuid, value);
    public Columns<TRow> Number(Func<TRow, int> value) => Add(NpgsqlDbType.Integer, value);
    public Columns<TRow> Number(Func<TRow, int?> value) => Add(NpgsqlDbType.Integer, value);
    public Columns<TRow> Long(Func<TRow, long> value) => Add(NpgsqlDbType.Bigint, value);
    public Columns<TRow> Long(Func<TRow, long?> value) => Add(NpgsqlDbType.Bigint, value);
    public Columns<TRow> Flag(Func<TRow, bool> value) => Add(NpgsqlDbType.Boolean, value);
    public Columns<TRow> Text(Func<TRow, string?> value) => Add(NpgsqlDbType.Text, row => PlainText.Of(value(row)));
    public Columns<TRow> Bytes(Func<TRow, byte[]?> value) => Add(NpgsqlDbType.Bytea, value);

    public NpgsqlBatchCommand Command(string sql, IReadOnlyList<TRow> rows)
    {
        var command = new NpgsqlBatchCommand(Sql.Of(sql));
        foreach (var arg in Args(rows))
            command.Parameters.Add(arg);
        return command;
    }

    public IEnumerable<NpgsqlParameter> Args(IReadOnlyList<TRow> rows) => columns.Select(column => column.Of(rows));

    Columns<TRow> Add<TValue>(NpgsqlDbType type, Func<TRow, TValue> value)
    {
        columns.Add(new Column<TRow, TValue>(type, value));
        return this;
    }
}
