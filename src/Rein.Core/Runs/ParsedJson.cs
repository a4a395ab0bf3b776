using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rein.Core.Runs;

/// <summary>
/// Large JSON parsed once for as long as somebody holds its bytes: a thousand steps that read one input are given the same bytes. Whoever hands out
/// bytes that a run reads must not change them.
/// </summary>
static class ParsedJson
{
    const int Least = 4096;

    static readonly ConditionalWeakTable<byte[], Parsed> Known = [];

    /// <param name="isNew">It had to be parsed.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static JsonElement Of(ReadOnlyMemory<byte> json, out bool isNew)
    {
        isNew = true;
        if (json.Length < Least || !MemoryMarshal.TryGetArray(json, out var bytes) || bytes.Count != bytes.Array!.Length)
            return JsonElement.Parse(json.Span);
        if (Known.TryGetValue(bytes.Array, out var known))
        {
            isNew = false;
            return known.Value;
        }
        var value = JsonElement.Parse(json.Span);
        Known.AddOrUpdate(bytes.Array, new(value));
        return value;
    }

    sealed record Parsed(JsonElement Value);
}
