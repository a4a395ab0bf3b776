using Microsoft.AspNetCore.Http.Extensions;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>Addresses that are handed out: as they were asked for, below the mount, or at the host name that was given to the dialect.</summary>
sealed class Links(ReinServerOptions options)
{
    /// <param name="path">Behind the mount.</param>
    public string To(HttpRequest request, PathString path, QueryBuilder query)
    {
        // Behind a proxy that ends TLS a request looks as if it had come without.
        var scheme = options.PublicUrl is { } known && Uri.TryCreate(known, UriKind.Absolute, out var address) ? address.Scheme : request.Scheme;
        var asked = $"{scheme}://{request.Host}";
        var isOwnHost = options.Dialects.Hosts.Keys.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase);
        var origin = isOwnHost ? asked : (options.PublicUrl?.TrimEnd('/') ?? asked) + LobstrDialect.Dialect.Mount;
        return $"{origin}{path.ToUriComponent()}{query.ToQueryString()}";
    }

    /// <summary>The same list at another page.</summary>
    public string ToPage(HttpRequest request, long page)
    {
        request.Path.StartsWithSegments(LobstrDialect.Dialect.Mount, out var path);
        var query = new QueryBuilder(request.Query.Where(one => one.Key != Paging.Page).SelectMany(one => one.Value, (one, value) => KeyValuePair.Create(one.Key, value ?? "")))
        {
            { Paging.Page, page.ToString(provider: null) },
        };
        return To(request, path, query);
    }
}
