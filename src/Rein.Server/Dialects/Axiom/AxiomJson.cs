using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Protocol;

namespace Rein.Server.Dialects.Axiom;

/// <summary>How it is spelt: each name as its document has it, what is not there left out, times in RFC 3339 UTC with microseconds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(TriggerDocument))]
[JsonSerializable(typeof(StoppedDocument))]
[JsonSerializable(typeof(RunDataDocument))]
[JsonSerializable(typeof(Success<NameList>))]
[JsonSerializable(typeof(Success<ReportList>))]
[JsonSerializable(typeof(Success<RuntimeDocument>))]
[JsonSerializable(typeof(TriggerParams))]
[JsonSerializable(typeof(NameParams))]
[JsonSerializable(typeof(ReportParams))]
[JsonSerializable(typeof(KeyParams))]
[JsonSerializable(typeof(StopParams))]
sealed partial class AxiomJson : JsonSerializerContext;

static class AxiomWire
{
    /// <summary>A viewer URL stands there as it is opened, with its `&amp;`.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static AxiomJson Json { get; } = new(new JsonSerializerOptions(AxiomJson.Default.Options) { Encoder = Encoder });
}
