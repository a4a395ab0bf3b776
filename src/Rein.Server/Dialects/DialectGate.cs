using System.Collections.Frozen;
using Rein.Server.Problems;

namespace Rein.Server.Dialects;

/// <summary>
/// Tells which dialect a request is in, by the host it was sent to or by its path: from then on it is refused in that dialect, whoever refuses it. A host that
/// belongs to a dialect is its alone.
/// </summary>
sealed class DialectGate(RequestDelegate next, ReinServerOptions options)
{
    readonly FrozenDictionary<string, Dialect> hosts = options.Dialects.Hosts
        .ToFrozenDictionary(host => host.Key, host => DialectTable.All.Single(dialect => dialect.Name == host.Value), StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (hosts.Count > 0 && hosts.TryGetValue(request.Host.Host, out var host))
        {
            request.Path = host.Mount + request.Path;
            Enter(context, host);
        }
        else if (OfPath(request.Path) is { } dialect)
        {
            Enter(context, dialect);
        }
        return next(context);
    }

    static void Enter(HttpContext context, Dialect dialect)
    {
        context.Features.Set(dialect.Shape);
        context.Features.Set(dialect.Key);
    }

    static Dialect? OfPath(PathString path)
    {
        foreach (var dialect in DialectTable.All)
            if (path.StartsWithSegments(dialect.Mount))
                return dialect;
        return null;
    }
}
