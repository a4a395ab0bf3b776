using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rein.Protocol;

namespace Rein.Server.Dialects.Xpander;

/// <summary>How it is spelt: snake_case, what is not there as null, times in RFC 3339 UTC.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 100, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(InvalidDocument))]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(TaskEvent))]
[JsonSerializable(typeof(AgentDocument))]
[JsonSerializable(typeof(IReadOnlyList<TaskEntry>))]
[JsonSerializable(typeof(IReadOnlyList<AgentDocument>))]
[JsonSerializable(typeof(InvokeParams))]
[JsonSerializable(typeof(UpdateParams))]
[JsonSerializable(typeof(AnswerParams))]
[JsonSerializable(typeof(AgentParams))]
[JsonSerializable(typeof(MetricsParams))]
[JsonSerializable(typeof(WorkerDocument))]
[JsonSerializable(typeof(WorkerAnswer))]
[JsonSerializable(typeof(WorkerWord))]
[JsonSerializable(typeof(WorkerConflict))]
[JsonSerializable(typeof(WorkerStop))]
sealed partial class XpanderJson : JsonSerializerContext;

static class XpanderWire
{
    /// <summary>The same, and letters of every script as they are.</summary>
    public static XpanderJson Json { get; } = new(new JsonSerializerOptions(XpanderJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>For the document of the API: the options of the server call fields otherwise.</summary>
    public static IJsonTypeInfoResolver Resolver { get; } = new Own();

    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)Json.GetTypeInfo(typeof(T))!);

    /// <summary>Knows the types of this dialect, and no others.</summary>
    sealed class Own : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (type.Namespace != typeof(Own).Namespace || ((IJsonTypeInfoResolver)XpanderJson.Default).GetTypeInfo(type, options) is not { } known)
                return null;
            foreach (var property in known.Properties)
                property.Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            return known;
        }
    }
}
