using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Definitions.Expressions;

namespace Rein.Core.Runs;

/// <summary>
/// How far a <c>for-each</c> is: the result of its step from the beginning, <c>{ total, begun, done, failed }</c>, and at the end <c>results</c> beside it.
/// Iterations begin in the order of their items, so that the next one is known by its number.
/// </summary>
/// <param name="Total">How many items there are.</param>
/// <param name="Begun">How many iterations have begun; also the index of the next.</param>
/// <param name="Done">How many are over, well or not.</param>
/// <param name="Failed">How many of those failed.</param>
public sealed record LoopState(int Total, int Begun, int Done, int Failed)
{
    /// <summary>With the results of all iterations; beyond it the loop ends without them.</summary>
    public const int MostResultBytes = 1_000_000;

    /// <summary>Around each result: the object, the array, and the names where a body has several last nodes.</summary>
    const int Around = 3;

    public int UnderWay => Begun - Done;

    /// <summary>A result that cannot be read is null.</summary>
    public static LoopState? Of(ReadOnlyMemory<byte>? result)
    {
        if (result is not { IsEmpty: false } json) return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind is JsonValueKind.Object ? Read(document.RootElement) : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static LoopState? Read(JsonElement root) =>
        Number(root, "total") is { } total && Number(root, "begun") is { } begun && Number(root, "done") is { } done && Number(root, "failed") is { } failed
            ? new(total, begun, done, failed)
            : null;

    static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    public ReadOnlyMemory<byte> ToJson() => Write(null);

    /// <summary>Small enough together, and each so flat that the whole is no deeper than any other result may be.</summary>
    internal static bool MayHold(IEnumerable<ReadOnlyMemory<byte>> results)
    {
        var bytes = 0L;
        foreach (var result in results)
            if ((bytes += result.Length) > MostResultBytes || JsonDepth.Of(result.Span) > PayloadTemplate.MaxDepth - Around)
                return false;
        return true;
    }

    /// <param name="body">Whose last nodes' results are the results of the iterations: that of the one, or by name where there are several.</param>
    /// <param name="results">By the id of the step.</param>
    internal ReadOnlyMemory<byte> ToJson(LoopBody body, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> results) => Write(writer =>
    {
        writer.WriteStartArray("results");
        for (var index = 0; index < Total; index++)
            WriteResult(writer, body.Last, index, results);
        writer.WriteEndArray();
    });

    static void WriteResult(Utf8JsonWriter writer, ImmutableArray<string> last, int index, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> results)
    {
        if (last is [var only])
        {
            if (results.TryGetValue(StepId.Of(only, index), out var result))
                writer.WriteRawValue(result.Span, skipInputValidation: true);
            else
                writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        foreach (var node in last)
            if (results.TryGetValue(StepId.Of(node, index), out var result))
            {
                writer.WritePropertyName(node);
                writer.WriteRawValue(result.Span, skipInputValidation: true);
            }
        writer.WriteEndObject();
    }

    ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter>? more)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("total", Total);
            writer.WriteNumber("begun", Begun);
            writer.WriteNumber("done", Done);
            writer.WriteNumber("failed", Failed);
            more?.Invoke(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
