using Npgsql;
using NpgsqlTypes;

namespace Rein.Storage.Postgres.Engine;

/// <summary>Parameters of one value each, by position. Their type is said, so that a null has one as well.</summary>
static class Arg
{
    public static NpgsqlParameter Of(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Uuid };
    public static NpgsqlParameter Of(Guid? value) => Nullable(value, NpgsqlDbType.Uuid);
    public static NpgsqlParameter Of(int value) => new NpgsqlParameter<int> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Integer };
    public static NpgsqlParameter Of(int? value) => Nullable(value, NpgsqlDbType.Integer);
    public static NpgsqlParameter Of(long value) => new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };
    public static NpgsqlParameter Of(long? value) => Nullable(value, NpgsqlDbType.Bigint);
    public static NpgsqlParameter Of(double? value) => Nullable(value, NpgsqlDbType.Double);
    public static NpgsqlParameter Of(bool? value) => Nullable(value, NpgsqlDbType.Boolean);
    public static NpgsqlParameter Of(string? value) => Nullable(PlainText.Of(value), NpgsqlDbType.Text);
    public static NpgsqlParameter Of(byte[] value) => new NpgsqlParameter<byte[]> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter Of(Guid[] values) =>
        new NpgsqlParameter<Guid[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    public static NpgsqlParameter Of(int[] values) =>
        new NpgsqlParameter<int[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    public static NpgsqlParameter Of(long[] values) =>
        new NpgsqlParameter<long[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter Of(byte[][] values) =>
        new NpgsqlParameter<byte[][]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    public static NpgsqlParameter Of(IEnumerable<string> values) =>
        new NpgsqlParameter<string?[]> { TypedValue = [.. values.Select(PlainText.Of)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    static NpgsqlParameter Nullable<T>(T value, NpgsqlDbType type) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = type };
}
