using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Steps.Scripts;

/// <summary>The part of a script's payload that the worker looks at. Code and input go to the interpreter as they came.</summary>
/// <param name="TimeoutSeconds">The policy's, which the worker sees to. Without one the script has a time of its own.</param>
sealed record ScriptPayload(string Language, int MemoryMb = 256, double? TimeoutSeconds = null)
{
    public static ScriptPayload Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ScriptJson.Default.ScriptPayload)!;
}

/// <summary>What a step of kind <c>script</c> has as its result where it failed.</summary>
/// <param name="Code">One of <see cref="ScriptFaults"/>.</param>
/// <param name="Line">Of its code, counted from 1.</param>
sealed record ScriptFault(string Code, int? Line = null, int? ExitCode = null);

/// <summary>What an interpreter says of a script that failed.</summary>
sealed record SaidError(string? Code, string? Message, int? Line);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScriptPayload))]
[JsonSerializable(typeof(ScriptFault))]
[JsonSerializable(typeof(SaidError))]
sealed partial class ScriptJson : JsonSerializerContext;
