using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rein.Core.Runs;

namespace Rein.Storage.Rows;

/// <summary>The parts of rows that are JSON, the same in both dialects. Names and values are stable: old rows are read with them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(Budget))]
[JsonSerializable(typeof(Proof))]
[JsonSerializable(typeof(ImmutableArray<RunEvent>))]
[JsonSerializable(typeof(AnsweredStop))]
[JsonSerializable(typeof(ReceiptBody))]
[JsonSerializable(typeof(ImmutableArray<string>))]
sealed partial class RowJson : JsonSerializerContext
{
    public static byte[] Names(IReadOnlyCollection<string> names) => JsonSerializer.SerializeToUtf8Bytes([.. names], Default.ImmutableArrayString);
}

/// <summary>Reads JSON columns; an absent column is null.</summary>
static class JsonColumn
{
    public static StopRequest? Stop(ReadOnlySpan<byte> utf8) => ReadOr(utf8, RowJson.Default.StopRequest, Damage.Wish);
    public static PauseRequest? Pause(ReadOnlySpan<byte> utf8) => ReadOr(utf8, RowJson.Default.PauseRequest, Damage.Pause);

    public static Budget? Budget(ReadOnlySpan<byte> utf8) => ReadOr(utf8, RowJson.Default.Budget, Damage.Budget);

    /// <summary>A proof that cannot be read proves nothing.</summary>
    public static Proof? Proof(ReadOnlySpan<byte> utf8) => ReadOr(utf8, RowJson.Default.Proof, null);

    public static ImmutableArray<string> LimitKeys(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Names(utf8);
        }
        catch (JsonException)
        {
            return Damage.LimitKeys;
        }
    }

    public static ImmutableArray<RunEvent> Lines(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, RowJson.Default.ImmutableArrayRunEvent);
    public static AnsweredStop Request(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, RowJson.Default.AnsweredStop)!;
    public static ReceiptBody Receipt(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, RowJson.Default.ReceiptBody)!;

    public static ImmutableArray<string> Names(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty ? [] : JsonSerializer.Deserialize(utf8, RowJson.Default.ImmutableArrayString);

    /// <summary>A damaged row must not keep its run from being stopped.</summary>
    static T? ReadOr<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type, T? otherwise) where T : class
    {
        if (utf8.IsEmpty)
            return null;
        try
        {
            return JsonSerializer.Deserialize(utf8, type);
        }
        catch (JsonException)
        {
            return otherwise;
        }
    }
}
