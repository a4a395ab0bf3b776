using System.Text;
using System.Text.Json;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom;

/// <summary>The key in the beginning of a large body: the rest of that is read when it is known who asks.</summary>
/// <param name="Beginning">Of the body; the rest is still to be read.</param>
sealed record EarlyKey(string? Key, byte[] Beginning)
{
    /// <summary>It would have to be looked for in what anybody may send.</summary>
    public Refusal? Refusal => Key is null
        ? Refusal.Of(ProblemCodes.BodyTooLarge, $"One of more than {Body.Small} bytes has its key among the first of them, or in a header.")
        : null;

    public static EarlyKey In(byte[] beginning) => new(Find(beginning), beginning);

    static string? Find(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
                if (reader.ValueTextEquals(BodyKey.Field))
                    return reader.Read() ? TextOf(reader) : null;
                else if (!reader.TrySkip())
                    return null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Whatever it is, there is no key in it.
        }
        return null;
    }

    static string? TextOf(Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => reader.GetString(),
        _ => Encoding.UTF8.GetString(reader.ValueSpan),
    };
}
