using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

static class KeyViews
{
    public static KeyDocument ToDocument(this ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Prefix = key.Prefix,
        Scopes = Names.Of(key.Scopes),
        Pool = key.Pool,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        UsedAt = key.UsedAt,
        FormerUntil = key.Former?.Until,
        RequestsPerSecond = key.RequestsPerSecond,
        StopsPerSecond = key.StopsPerSecond,
    };

    /// <summary>As the audit names it.</summary>
    public static string Target(this ApiKey key) => Target(key.Id);

    public static string Target(Guid key) => $"key:{key}";

    public static string Say(this ApiKey key)
    {
        var said = $"'{Requests.Shown.Of(key.Name)}', {string.Join(' ', Names.Of(key.Scopes))}";
        if (key.Pool is { } pool)
            said += $", for the pool {pool}";
        return key.ExpiresAt is { } end ? $"{said}, until {end.UtcDateTime:u}" : said;
    }

    /// <summary>Whoever hands out a key, or is told its new secret, could use it: it must not reach further than the one that asks.</summary>
    public static Refusal? Lacks(this Caller caller, Scopes scopes) => (scopes & ~caller.Scopes) is Scopes.None
        ? null
        : Refusal.Of(
            ProblemCodes.ScopeNotHeld,
            $"The key '{caller.Actor}' does not have {string.Join(", ", Names.Of(scopes & ~caller.Scopes))}.");
}
