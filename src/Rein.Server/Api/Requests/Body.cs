using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Server.Problems;

namespace Rein.Server.Api.Requests;

/// <summary>A request's body, read and parsed; or why not.</summary>
sealed class Body
{
    public const int Small = 64 << 10;
    public const int Large = 2 << 20;
    public const int Batch = 16 << 20;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    Body(ReadOnlyMemory<byte> bytes, JsonElement json, Refusal? refusal = null)
    {
        Bytes = bytes;
        Json = json;
        Refusal = refusal;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Undefined for an empty body.</summary>
    public JsonElement Json { get; }

    public Refusal? Refusal { get; }

    /// <summary>What a body that nobody has read yet says that it has; zero where it says nothing.</summary>
    public static long Said(HttpContext context, int most) => Math.Min(context.Request.ContentLength ?? 0, most);

    /// <param name="anyType">It is taken as JSON, whatever its Content-Type says.</param>
    /// <param name="mends">Half a surrogate pair is U+FFFD: what code has collected is not lost for half an emoji. Else it is refused.</param>
    /// <param name="refuses">Whoever has no room for so many bytes of it says why, as they come.</param>
    public static async ValueTask<Body> Read(HttpContext context, int most, bool anyType = false, bool mends = false, Func<long, Refusal?>? refuses = null)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true } || request.ContentLength is 0)
            return new(default, default);
        if (request.ContentLength > most)
            return TooLarge(most);
        var (bytes, refused) = await ReadAll(request.BodyReader, most, refuses, context.RequestAborted);
        if (refused is not null)
            return refused;
        if (bytes.Length == 0)
            return new(default, default);
        return anyType || IsJson(request.ContentType)
            ? Parse(mends ? WireJson.Mended(bytes) : bytes)
            : Refuse(ProblemCodes.UnsupportedMediaType, $"It is sent as '{request.ContentType}'.");
    }

    /// <summary>The first bytes of a body, for who has to know something before the rest of it is read.</summary>
    public static async ValueTask<(byte[] Bytes, bool IsAll)> ReadBeginning(HttpContext context, int most)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length < most && !read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var beginning = read.Buffer.Slice(0, Math.Min(most, read.Buffer.Length));
            var (bytes, isAll) = (beginning.ToArray(), read.IsCompleted && read.Buffer.Length <= most);
            reader.AdvanceTo(beginning.End);
            return (bytes, isAll);
        }
    }

    /// <summary>The whole of what <see cref="ReadBeginning"/> has begun, taken as JSON.</summary>
    public static async ValueTask<Body> ReadOn(HttpContext context, byte[] beginning, bool isAll, int most)
    {
        var (rest, refused) = isAll ? ([], null) : await ReadAll(context.Request.BodyReader, most - beginning.Length, null, context.RequestAborted);
        if (refused is not null)
            return TooLarge(most);
        return beginning.Length + rest.Length == 0 ? new(default, default) : Parse((byte[])[.. beginning, .. rest]);
    }

    static async ValueTask<(byte[] Bytes, Body? Refused)> ReadAll(PipeReader reader, int most, Func<long, Refusal?>? refuses, CancellationToken cancel)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var length = read.Buffer.Length;
            if ((length > most ? TooLarge(most) : refuses?.Invoke(length) is { } refusal ? new(default, default, refusal) : null) is { } refused)
            {
                // What was begun must be put down, or Kestrel cannot drain the rest.
                reader.AdvanceTo(read.Buffer.End);
                return ([], refused);
            }
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (bytes, null);
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static bool IsJson(string? type) =>
        type is not null
        && (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) || type.Contains("+json", StringComparison.OrdinalIgnoreCase));

    static Body Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
            return Refuse(ProblemCodes.MalformedJson, "It is not valid UTF-8.");
        try
        {
            var json = JsonElement.Parse(bytes.Span, Strict);
            // Half a surrogate pair passes the parser and breaks whoever reads the text; only an escape can hold one.
            if (bytes.Span.IndexOf("\\u"u8) >= 0)
                Touch(json);
            return new(bytes, json);
        }
        catch (JsonException broken)
        {
            return Refuse(ProblemCodes.MalformedJson, Say(broken));
        }
        catch (InvalidOperationException)
        {
            return Refuse(ProblemCodes.MalformedJson, "It has a string with half a surrogate pair in it.");
        }
    }

    static string Say(JsonException broken) => broken is { LineNumber: { } line, BytePositionInLine: { } position }
        ? $"It cannot be read at line {line + 1}, byte {position + 1}: {broken.Message.Split(" LineNumber", 2)[0]}"
        : broken.Message;

    static void Touch(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.String)
            _ = json.GetString();
        else if (json.ValueKind is JsonValueKind.Array)
            foreach (var element in json.EnumerateArray())
                Touch(element);
        else if (json.ValueKind is JsonValueKind.Object)
            foreach (var member in json.EnumerateObject())
            {
                _ = member.Name;
                Touch(member.Value);
            }
    }

    static Body TooLarge(int most) => Refuse(ProblemCodes.BodyTooLarge, $"It may have at most {most} bytes.");

    static Body Refuse(string code, string detail) => new(default, default, Refusal.Of(code, detail));
}
