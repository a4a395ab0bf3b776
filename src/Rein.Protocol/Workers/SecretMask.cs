using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rein.Protocol.Workers;

/// <summary>
/// Finds the secrets of one attempt in what it says, and puts <c>***</c> in their place: as they are, as they read inside of JSON, as they read in an
/// address, and each line of one that has several. What was changed in another way (base64, reversed, cut) is not recognised.
/// </summary>
public sealed class SecretMask
{
    /// <summary>A shorter value, or line of one, is not masked: it would be found everywhere.</summary>
    public const int Shortest = 6;

    readonly byte[][] patterns;
    readonly SearchValues<byte> firsts;

    SecretMask(byte[][] patterns)
    {
        this.patterns = patterns;
        firsts = SearchValues.Create([.. patterns.Select(pattern => pattern[0]).Distinct()]);
    }

    internal static ReadOnlySpan<byte> Stars => "***"u8;

    /// <summary>The mask of some values; null where there is nothing to mask.</summary>
    /// <param name="secrets">The values, as <see cref="AssignFrame.Secrets"/> has them.</param>
    public static SecretMask? Of(IReadOnlyList<string> secrets)
    {
        if (secrets.Count == 0)
            return null;
        var patterns = secrets.SelectMany(Forms).Where(form => form.Length >= Shortest).Distinct()
            .Select(Encoding.UTF8.GetBytes).OrderByDescending(pattern => pattern.Length).ToArray();
        return patterns.Length == 0 ? null : new(patterns);
    }

    static IEnumerable<string> Forms(string secret)
    {
        string[] lines = [secret, .. secret.Split('\n').Select(line => line.Trim())];
        foreach (var line in lines)
        {
            yield return line;
            yield return JsonEncodedText.Encode(line, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
            yield return JsonEncodedText.Encode(line).Value;
            yield return Uri.EscapeDataString(line);
        }
    }

    /// <summary>A text without them.</summary>
    /// <param name="text">Whole: what is cut off is not recognised.</param>
    public string Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Matches(bytes).Count == 0 ? text : Encoding.UTF8.GetString(Bytes(bytes).Span);
    }

    /// <summary>A JSON value without them, which is JSON still. What is no JSON is taken as text.</summary>
    /// <param name="json">UTF-8.</param>
    public ReadOnlyMemory<byte> Json(ReadOnlyMemory<byte> json)
    {
        // Behind a backslash anything may hide.
        if (json.Span.IndexOf((byte)'\\') < 0 && Matches(json.Span).Count == 0)
            return json;
        try
        {
            return JsonMasking.Rewrite(json.Span, this);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return Bytes(json.Span);
        }
    }

    /// <summary>Where they stand, from left to right; the longest where several begin.</summary>
    /// <param name="bytes">UTF-8.</param>
    public IReadOnlyList<(int Start, int Length)> Matches(ReadOnlySpan<byte> bytes)
    {
        List<(int, int)>? found = null;
        for (var at = 0; bytes[at..].IndexOfAny(firsts) is >= 0 and var next;)
        {
            at += next;
            var length = LongestAt(bytes[at..]);
            if (length > 0)
                (found ??= []).Add((at, length));
            at += Math.Max(1, length);
        }
        return found is null ? [] : found;
    }

    /// <summary>How much of the end may be the beginning of one that goes on in what comes next.</summary>
    /// <param name="bytes">UTF-8.</param>
    public int OpenEnd(ReadOnlySpan<byte> bytes)
    {
        var from = Math.Max(0, bytes.Length - patterns[0].Length + 1);
        for (; from < bytes.Length; from++)
            if (firsts.Contains(bytes[from]) && MayGoOn(bytes[from..]))
                return bytes.Length - from;
        return 0;
    }

    bool MayGoOn(ReadOnlySpan<byte> end)
    {
        foreach (var pattern in patterns)
            if (pattern.Length > end.Length && pattern.AsSpan().StartsWith(end))
                return true;
        return false;
    }

    int LongestAt(ReadOnlySpan<byte> bytes)
    {
        foreach (var pattern in patterns)
            if (bytes.StartsWith(pattern))
                return pattern.Length;
        return 0;
    }

    /// <summary>Bytes of text without them.</summary>
    /// <param name="bytes">UTF-8.</param>
    public ReadOnlyMemory<byte> Bytes(ReadOnlySpan<byte> bytes)
    {
        var masked = new ArrayBufferWriter<byte>(bytes.Length + 1);
        var at = 0;
        foreach (var (start, length) in Matches(bytes))
        {
            masked.Write(bytes[at..start]);
            masked.Write(Stars);
            at = start + length;
        }
        masked.Write(bytes[at..]);
        return masked.WrittenMemory;
    }
}
