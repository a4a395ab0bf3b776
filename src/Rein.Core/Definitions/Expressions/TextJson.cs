using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Core.Faults;

namespace Rein.Core.Definitions.Expressions;

/// <summary>Between a text and its JSON, without reflection.</summary>
[JsonSerializable(typeof(string))]
sealed partial class TextJson : JsonSerializerContext
{
    static readonly TextJson Relaxed = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static JsonElement Element(string text) => JsonSerializer.SerializeToElement(text, Relaxed.String);

    public static JsonEncodedText Quoted(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    /// <summary>A value as it reads inside a text.
    /// Null is refused: an argument that silently became shorter is how the wrong folder gets deleted.</summary>
    public static Resolved<string> Read(JsonElement value, string from)
    {
        if (value.ValueKind is JsonValueKind.Null)
            return new Fault(
                FaultCodes.ExpressionNotText,
                $"{Said.Quote(from)} is null and cannot stand in a text; give it a fallback: {{{{{from} || \"…\"}}}}.");
        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return NotText(from);
        }
    }

    /// <summary>JSON lets half a surrogate pair and broken UTF-8 pass until the text is read; a result may hold them.</summary>
    public static Fault NotText(string from) => new(
        FaultCodes.ExpressionNotText, $"{Said.Quote(from)} leads through text that is not valid: half a surrogate pair, or broken UTF-8.");
}
