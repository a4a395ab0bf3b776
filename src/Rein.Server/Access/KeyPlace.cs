using Microsoft.OpenApi;
using Rein.Server.Problems;

namespace Rein.Server.Access;

/// <summary>Where requests carry their key. A feature of the request where that is not our own place.</summary>
abstract class KeyPlace
{
    public static KeyPlace Native { get; } = new HeaderKey("Authorization", "Bearer");

    public static KeyPlace Of(HttpContext context) => context.Features.Get<KeyPlace>() ?? Native;

    /// <summary>What stands there, a key or not; empty where nothing does.</summary>
    public abstract ValueTask<ReadOnlyMemory<char>> Read(HttpContext context);

    /// <summary>Why it cannot be told what stands there: asked behind <see cref="Read"/>. Null where it can.</summary>
    public virtual Refusal? Unreadable(HttpContext context) => null;

    /// <summary>For an OpenAPI document; null where it has no name for such a place.</summary>
    public abstract OpenApiSecurityScheme? Scheme { get; }
}

/// <summary>In a header, behind the name of a scheme where there is one.</summary>
sealed class HeaderKey(string header, string? scheme = null) : KeyPlace
{
    readonly string mark = scheme is null ? "" : scheme + " ";

    /// <summary>What stands behind another scheme is no key, but it is not nothing either.</summary>
    public override ValueTask<ReadOnlyMemory<char>> Read(HttpContext context)
    {
        var said = context.Request.Headers[header].ToString();
        return new(said.StartsWith(mark, StringComparison.OrdinalIgnoreCase) ? said.AsMemory(mark.Length).Trim() : said.AsMemory());
    }

    public override OpenApiSecurityScheme Scheme => scheme is "Bearer"
        ? new() { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = $"A key of Rein: `{header}: {mark}rein_…`" }
        : new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = header, Description = $"A key of Rein: `{header}: {mark}rein_…`" };
}
