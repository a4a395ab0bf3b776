using System.Text.Json;

namespace Rein.System.Tests.Api.Document;

/// <summary>How an API is spoken, as far as its document does not say it in a form that a program can go by.</summary>
/// <param name="Document">The name of its document.</param>
/// <param name="Sign">Puts a key where requests carry it.</param>
/// <param name="FaultOf">What is wrong with an answer that should be a refusal, by its status, its media type and its body; null where nothing is.</param>
sealed record Manner(string Document, Action<HttpRequestMessage, string> Sign, Func<HttpResponseMessage, Task<string?>> FaultOf)
{
    /// <summary>What it does not know it passes over: no refusal can be expected for that, nor for a list that is asked for in an odd way.</summary>
    public bool IsLenient { get; init; }

    /// <summary>What there is, for a parameter of an address; null where there is nothing of that sort.</summary>
    public Func<ApiOperation, string, string?> Existing { get; init; } = (_, _) => null;

    /// <summary>A body that is well-formed, as JSON: without what is then made wrong with it, it would be taken.</summary>
    public Func<ApiOperation, string> Sound { get; init; } = _ => "{}";

    /// <summary>Fields that it looks at only where they make sense to it: a wrong value is as good as none, and changes as little.</summary>
    public Func<ApiOperation, string, bool> PassesOver { get; init; } = (_, _) => false;

    /// <summary>The field of a body in which a key may stand too.</summary>
    public string? KeyField { get; init; }

    /// <summary>Addresses that do something as soon as they are found, whatever else is asked of them.</summary>
    public Func<ApiOperation, bool> Opens { get; init; } = _ => false;

    public static string? ShapeOf(JsonElement body, string names, params string[] texts) =>
        body.ValueKind is JsonValueKind.Object && string.Join(' ', body.EnumerateObject().Select(one => one.Name)) == names
            && texts.All(name => body.GetProperty(name) is { ValueKind: JsonValueKind.String } text && text.GetString()!.Length > 0)
            ? null
            : $"it says {body.GetRawText()}";
}
