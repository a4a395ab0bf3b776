using System.Text.Json;
using Microsoft.OpenApi;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom;

/// <summary>
/// In the field `key` of the body, as their clients send it, or in the header that the later versions of their API take. A body can be read once, so what was
/// read stays with the request, for its endpoint.
/// </summary>
sealed class BodyKey : KeyPlace
{
    const string Header = "X-API-KEY";
    const string Field = "key";

    public override async ValueTask<ReadOnlyMemory<char>> Read(HttpContext context)
    {
        if (context.Request.Headers[Header].ToString() is { Length: > 0 } said)
            return said.AsMemory().Trim();
        return KeyIn(await BodyOf(context)) is { } key
            ? (key.ValueKind is JsonValueKind.String ? key.GetString() : key.GetRawText()).AsMemory()
            : default;
    }

    public override Refusal? Unreadable(HttpContext context) => context.Features.Get<Body>()?.Refusal;

    public override OpenApiSecurityScheme Scheme { get; } = new()
    {
        Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = Header, Description = $"A key of Rein, `rein_…`: here, or in the body as `{Field}`.",
    };

    /// <summary>Somebody who was not let in has tried to say one.</summary>
    public static bool HasSaidOne(HttpContext context) =>
        context.Request.Headers.ContainsKey(Header) || (context.Features.Get<Body>() is { } body && KeyIn(body) is not null);

    /// <summary>Whatever its Content-Type says, it is taken as JSON.</summary>
    public static async ValueTask<Body> BodyOf(HttpContext context)
    {
        if (context.Features.Get<Body>() is { } read)
            return read;
        var most = context.GetEndpoint()?.Metadata.GetMetadata<MostOfABody>()?.Bytes ?? Body.Small;
        var body = await Body.Read(context, most, anyType: true);
        context.Features.Set(body);
        return body;
    }

    static JsonElement? KeyIn(Body body) =>
        body.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(Field, out var key) && key.ValueKind is not JsonValueKind.Null ? key : null;
}

/// <summary>How much an endpoint reads; what is not said is little, for it is read before anybody knows who asks.</summary>
sealed record MostOfABody(int Bytes);
