using System.Text;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>
/// A prepared statement, used again and again by one connection. Parameters are bound, and columns read, in the order in which the
/// SQL names them first; a statement that is run with too few says so.
/// </summary>
sealed class Statement(Connection connection, sqlite3_stmt handle, string name) : IDisposable
{
    readonly nint at = handle.DangerousGetHandle();
    readonly int parameters = sqlite3_bind_parameter_count(handle);
    int bound;
    int column;

    public string Name => name;

    /// <summary>What the machine of SQLite has done for it: a row that is looked at costs a step at least, however it is found.</summary>
    public long StepsTaken => sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 0);

    public Statement Bind(long value) => Checked(Native.BindLong(at, ++bound, value));
    public Statement Bind(int value) => Bind((long)value);
    public Statement Bind(bool value) => Bind(value ? 1 : 0);
    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();
    public Statement Bind(int? value) => value is { } number ? Bind((long)number) : BindNull();
    public Statement Bind(DateTimeOffset value) => Bind(value.ToMicros());
    public Statement Bind(DateTimeOffset? value) => value is { } time ? Bind(time.ToMicros()) : BindNull();
    public Statement Bind(TimeSpan value) => Bind(value.ToMicros());
    public Statement Bind(Guid? value) => value is { } id ? Bind(id) : BindNull();

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BindBlob(bytes);
    }

    public Statement Bind(DefinitionHash value)
    {
        Span<byte> bytes = stackalloc byte[DefinitionHash.Size];
        value.Write(bytes);
        return BindBlob(bytes);
    }

    public Statement Bind(double? value) => value is { } number ? Checked(sqlite3_bind_double(handle, ++bound, number)) : BindNull();

    public Statement Bind(string? value)
    {
        if (value is null)
            return BindNull();
        if (value.Length > 160)
            return BindText(Encoding.UTF8.GetBytes(value));
        Span<byte> bytes = stackalloc byte[512];
        return BindText(bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    public Statement BindText(ReadOnlyMemory<byte>? utf8) => utf8 is { } text ? BindText(text.Span) : BindNull();
    public Statement BindText(ReadOnlySpan<byte> utf8) => Checked(Native.BindText(at, ++bound, utf8));
    public Statement BindBlob(ReadOnlySpan<byte> bytes) => Checked(Native.BindBlob(at, ++bound, bytes));
    public Statement BindNull() => Checked(Native.BindNull(at, ++bound));

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        while (Read()) { }
        return connection.Changes;
    }

    /// <summary>The next row. After the last one the statement is ready to be bound again.</summary>
    public bool Read()
    {
        if (bound != parameters)
            throw new InvalidOperationException($"{name} takes {parameters} parameters, not {bound}.");
        column = 0;
        var result = Native.Step(at);
        if (result == SQLITE_ROW)
            return true;
        Reset();
        return result == SQLITE_DONE ? false : throw connection.Failure(result, name);
    }

    /// <summary>The only row of a statement that always has one.</summary>
    public T ReadOne<T>(Func<Statement, T> read)
    {
        if (!Read())
            throw connection.Failure(SQLITE_DONE, name);
        var value = read(this);
        Reset();
        return value;
    }

    /// <summary>The first row, where there is one.</summary>
    public T? ReadFirst<T>(Func<Statement, T> read) where T : class
    {
        if (!Read())
            return null;
        var value = read(this);
        Reset();
        return value;
    }

    public List<T> ReadAll<T>(Func<Statement, T> read)
    {
        List<T> rows = [];
        while (Read())
            rows.Add(read(this));
        return rows;
    }

    /// <summary>Leaves rows unread.</summary>
    public Statement Reset()
    {
        _ = Native.Reset(at);
        bound = 0;
        return this;
    }

    public bool IsNull => Native.ColumnType(at, column) == SQLITE_NULL;

    public long Long() => Native.ColumnLong(at, column++);
    public int Int() => (int)Native.ColumnLong(at, column++);
    public bool Bool() => Long() != 0;
    public DateTimeOffset Time() => Micros.ToTime(Long());
    public double? DoubleOrNull() => SkipNull() ? null : sqlite3_column_double(handle, column++);
    public TimeSpan Duration() => Micros.ToDuration(Long());
    public Guid Guid() => new(Bytes(), bigEndian: true);
    public string Text() => Encoding.UTF8.GetString(Bytes());

    public long? LongOrNull() => SkipNull() ? null : Long();
    public int? IntOrNull() => SkipNull() ? null : Int();
    public DateTimeOffset? TimeOrNull() => SkipNull() ? null : Time();
    public Guid? GuidOrNull() => SkipNull() ? null : Guid();
    public string? TextOrNull() => SkipNull() ? null : Text();

    // A bare null would become an empty array's memory here, and not the absence of one.
    public ReadOnlyMemory<byte>? BytesOrNull() => SkipNull() ? default(ReadOnlyMemory<byte>?) : Bytes().ToArray();

    /// <summary>The bytes of a blob or a text, empty where it is null. Valid until the statement moves.</summary>
    public ReadOnlySpan<byte> Bytes() => Native.ColumnBytes(at, column++);

    public void Dispose() => handle.Dispose();

    public void Skip(int columns) => column += columns;

    bool SkipNull()
    {
        if (!IsNull)
            return false;
        column++;
        return true;
    }

    Statement Checked(int result) => result == SQLITE_OK ? this : throw connection.Failure(result, name);
}
