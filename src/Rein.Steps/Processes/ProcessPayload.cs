using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Steps.Processes;

/// <summary>The payload of a step of kind <c>process</c>, after its expressions were replaced.</summary>
sealed record ProcessPayload
{
    public required IReadOnlyList<string> Command { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public string? WorkingDirectory { get; init; }
    public string? Stdin { get; init; }
    public ItemsFrom Items { get; init; }

    public static ProcessPayload Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ProcessJson.Default.ProcessPayload)!;
}

/// <summary>How standard output becomes items.</summary>
[JsonConverter(typeof(KebabCaseEnums))]
enum ItemsFrom
{
    /// <summary>It does not: it is log.</summary>
    None,

    /// <summary>Every line is an item, a text.</summary>
    Lines,

    /// <summary>Every line is an item, a JSON value.</summary>
    JsonLines,
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProcessPayload))]
sealed partial class ProcessJson : JsonSerializerContext;

sealed class KebabCaseEnums() : JsonStringEnumConverter<ItemsFrom>(JsonNamingPolicy.KebabCaseLower);
