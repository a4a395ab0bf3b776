using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Rein.Server.Dialects.Xpander;

static class Besides
{
    /// <summary>What cannot be read is as if it were not there.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Short: what is not there takes no room. Deeper than a body may be, since it lies around what came with one.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 100,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RunBeside))]
[JsonSerializable(typeof(AgentBeside))]
sealed partial class BesideJson : JsonSerializerContext;
