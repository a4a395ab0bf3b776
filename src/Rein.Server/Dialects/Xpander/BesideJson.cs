using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Short: what is not there takes no room. Deeper than a body may be, since it lies around what came with one.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 100,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RunBeside))]
[JsonSerializable(typeof(AgentBeside))]
sealed partial class BesideJson : JsonSerializerContext;
