using System.Text.Json;
using Rein.Protocol.Workers;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Between texts, which is all that they know of a result, and JSON.</summary>
static class Texts
{
    public static JsonElement ToJson(string text) => JsonElement.Parse(Utf8(text));

    /// <summary>Letters of every script as they are: escaped they would be six times as long.</summary>
    public static byte[] Utf8(string text) => JsonSerializer.SerializeToUtf8Bytes(text, XpanderWire.Json.String);

    /// <summary>A string is its text, anything else as it is written; nothing, and what cannot be read, is null.</summary>
    public static string? Of(ReadOnlyMemory<byte>? json) => json is { IsEmpty: false } written && StepViews.Readable(written) is { } value ? Of(value) : null;

    public static string? Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    /// <summary>What a run began with. One that was started elsewhere may have begun with anything: then that is the text.</summary>
    public static InputDocument InputOf(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty || Readable(json) is not { ValueKind: JsonValueKind.Object } input)
            return new();
        var text = input.TryGetProperty("text", out var said) && said.ValueKind is JsonValueKind.String ? said.GetString() : null;
        var files = input.TryGetProperty("files", out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray().Where(file => file.ValueKind is JsonValueKind.String).Select(file => file.GetString()!).ToList()
            : null;
        return new()
        {
            Text = text ?? (files is null ? input.GetRawText() : ""),
            Files = files ?? [],
            User = input.TryGetProperty("user", out var user) && user.ValueKind is JsonValueKind.Object ? user : null,
        };
    }

    /// <summary>It may be as deep as a body.</summary>
    static JsonElement? Readable(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonElement.Parse(WireJson.Mended(json).Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
