using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Protocol;

namespace Rein.Server.Dialects.B3os;

/// <summary>How it is spelt: camelCase, what is not there left out, times in RFC 3339 UTC. Deeper than a body or a result may be, since it lies around what came with one.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 128,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(Envelope<RunDocument>))]
[JsonSerializable(typeof(Envelope<RetriedRun>))]
[JsonSerializable(typeof(Envelope<RunStarted>))]
[JsonSerializable(typeof(Envelope<RunFinished>))]
[JsonSerializable(typeof(Envelope<RunPage>))]
[JsonSerializable(typeof(Envelope<RunCounts>))]
[JsonSerializable(typeof(Envelope<NodeResumed>))]
[JsonSerializable(typeof(Envelope<WorkflowDocument>))]
[JsonSerializable(typeof(Envelope<WorkflowPage>))]
[JsonSerializable(typeof(Envelope<Validation>))]
[JsonSerializable(typeof(Envelope<BalanceDocument>))]
[JsonSerializable(typeof(RunChange))]
[JsonSerializable(typeof(RunParams))]
[JsonSerializable(typeof(DefinitionRunParams))]
[JsonSerializable(typeof(WaitedRunParams))]
[JsonSerializable(typeof(ResumeParams))]
[JsonSerializable(typeof(WorkflowParams))]
[JsonSerializable(typeof(WorkflowChangeParams))]
[JsonSerializable(typeof(PublishParams))]
[JsonSerializable(typeof(DefinitionParams))]
[JsonSerializable(typeof(RunExtras))]
[JsonSerializable(typeof(WorkflowExtras))]
sealed partial class B3osJson : JsonSerializerContext;

static class B3osWire
{
    /// <summary>The same, and letters of every script as they are.</summary>
    public static B3osJson Json { get; } = new(new JsonSerializerOptions(B3osJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
