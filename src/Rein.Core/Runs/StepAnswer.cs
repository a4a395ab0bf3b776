using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>
/// What a step asked that waits for somebody outside, and what it was answered: its result, <c>{ branch, message, by, note, data }</c>. Without a branch
/// nobody has answered yet.
/// </summary>
public sealed record StepAnswer
{
    /// <summary>What it asked; only an approval asks.</summary>
    public string? Message { get; init; }

    public Branch Branch { get; init; }

    /// <summary>Who answered; null where nobody did.</summary>
    public string? By { get; init; }

    /// <summary>What they wrote beside it.</summary>
    public string? Note { get; init; }

    /// <summary>JSON, UTF-8: what came with it.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>A result that cannot be read is one that nobody has answered.</summary>
    public static StepAnswer Of(ReadOnlyMemory<byte>? result)
    {
        if (result is not { IsEmpty: false } json) return new();
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object) return new();
            return new()
            {
                Message = Text(root, "message"),
                Branch = Branches.Of(Text(root, "branch")),
                By = Text(root, "by"),
                Note = Text(root, "note"),
                Data = root.TryGetProperty("data", out var data) ? JsonMarshal.GetRawUtf8Value(data).ToArray() : default(ReadOnlyMemory<byte>?),
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return new();
        }
    }

    static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() : null;

    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (Branch is not Branch.Always) writer.WriteString("branch", Branch.Word());
            if (Message is not null) writer.WriteString("message", Message);
            if (By is not null) writer.WriteString("by", By);
            if (Note is not null) writer.WriteString("note", Note);
            if (Data is { } data)
            {
                writer.WritePropertyName("data");
                writer.WriteRawValue(data.Span);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>For a step that nobody below it waits for in this case.</summary>
    internal string WhyNot() => Branch switch
    {
        Branch.Rejected => string.IsNullOrEmpty(Note) ? $"it was rejected by {By}" : $"it was rejected by {By}: {Note}",
        Branch.Expired => "nobody approved or rejected it in time",
        _ => "what it waited for did not come in time",
    };
}
