using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
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
    public const string Field = "key";

    public override async ValueTask<ReadOnlyMemory<char>> Read(HttpContext context)
    {
        if (context.Request.Headers[Header].ToString() is { Length: > 0 } said)
            return said.AsMemory().Trim();
        if (MostOf(context) is > Body.Small and var most && HasMore(context, most))
        {
            var (beginning, isAll) = await Body.ReadBeginning(context, Body.Small);
            if (!isAll)
            {
                var early = EarlyKey.In(beginning);
                context.Features.Set(early);
                return early.Key.AsMemory();
            }
            context.Features.Set(await Body.ReadOn(context, beginning, isAll, most));
        }
        return KeyIn(await BodyOf(context)) is { } key
            ? (key.ValueKind is JsonValueKind.String ? key.GetString() : key.GetRawText()).AsMemory()
            : default;
    }

    public override Refusal? Unreadable(HttpContext context) => context.Features.Get<Body>()?.Refusal ?? context.Features.Get<EarlyKey>()?.Refusal;

    public override OpenApiSecurityScheme Scheme { get; } = new()
    {
        Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = Header, Description = $"A key of Rein, `rein_…`: here, or in the body as `{Field}`.",
    };

    /// <summary>Somebody who was not let in has tried to say one.</summary>
    public static bool HasSaidOne(HttpContext context) =>
        context.Request.Headers.ContainsKey(Header) || context.Features.Get<EarlyKey>() is { Key: not null } || (context.Features.Get<Body>() is { } body && KeyIn(body) is not null);

    /// <summary>Whatever its Content-Type says, it is taken as JSON.</summary>
    public static async ValueTask<Body> BodyOf(HttpContext context)
    {
        if (context.Features.Get<Body>() is { } read)
            return read;
        var body = context.Features.Get<EarlyKey>() is { } early
            ? await Body.ReadOn(context, early.Beginning, isAll: false, MostOf(context))
            : await Body.Read(context, MostOf(context), anyType: true);
        context.Features.Set(body);
        return body;
    }

    /// <summary>Than what is read in any case; one that says that it is too large is not begun.</summary>
    static bool HasMore(HttpContext context, int most) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && (context.Request.ContentLength is not { } length || (length > Body.Small && length <= most));

    static int MostOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<MostOfABody>()?.Bytes ?? Body.Small;

    static JsonElement? KeyIn(Body body) =>
        body.Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(Field, out var key) && key.ValueKind is not JsonValueKind.Null ? key : null;
}

/// <summary>How much an endpoint reads; what is not said is little. Before anybody knows who asks it is that little in any case.</summary>
sealed record MostOfABody(int Bytes);
