using System.Runtime.InteropServices;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>
/// The calls that are made for every parameter and column, without the guards around each that would cost more than the call. A statement's
/// handle lives as long as its connection, which has one owner; everything else goes through SQLitePCL.
/// </summary>
static unsafe partial class Native
{
    const string Library = "e_sqlite3";

    /// <summary>The bytes are copied before the call returns.</summary>
    static readonly nint Transient = -1;

    public static int BindBlob(nint statement, int index, ReadOnlySpan<byte> bytes)
    {
        byte nothing;
        fixed (byte* start = bytes)
            return BindBlob(statement, index, start is null ? &nothing : start, bytes.Length, Transient);
    }

    public static int BindText(nint statement, int index, ReadOnlySpan<byte> utf8)
    {
        byte nothing;
        fixed (byte* start = utf8)
            return BindText(statement, index, start is null ? &nothing : start, utf8.Length, Transient);
    }

    public static ReadOnlySpan<byte> ColumnBytes(nint statement, int column) =>
        new((void*)ColumnBlob(statement, column), ColumnLength(statement, column));

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindLong(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long ColumnLong(nint statement, int column);

    /// <summary>What the system said to the last call that failed.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_system_errno")]
    public static partial int SystemError(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int index, byte* bytes, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int index, byte* utf8, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    private static partial nint ColumnBlob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int ColumnLength(nint statement, int column);
}
