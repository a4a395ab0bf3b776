using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
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
[JsonSerializable(typeof(Proof))]
[JsonSerializable(typeof(ImmutableArray<RunEvent>))]
[JsonSerializable(typeof(AnsweredStop))]
[JsonSerializable(typeof(ReceiptBody))]
[JsonSerializable(typeof(ImmutableArray<string>))]
sealed partial class RowJson : JsonSerializerContext;

/// <summary>Reads JSON columns; an absent column is null.</summary>
static class JsonColumn
{
    public static StopRequest? Stop(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : JsonSerializer.Deserialize(utf8, RowJson.Default.StopRequest);
    public static PauseRequest? Pause(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : JsonSerializer.Deserialize(utf8, RowJson.Default.PauseRequest);
    public static Proof? Proof(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : JsonSerializer.Deserialize(utf8, RowJson.Default.Proof);
    public static ImmutableArray<RunEvent> Lines(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, RowJson.Default.ImmutableArrayRunEvent);
    public static AnsweredStop Request(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, RowJson.Default.AnsweredStop)!;
    public static ReceiptBody Receipt(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, RowJson.Default.ReceiptBody)!;

    public static ImmutableArray<string> Names(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty ? [] : JsonSerializer.Deserialize(utf8, RowJson.Default.ImmutableArrayString);
}
