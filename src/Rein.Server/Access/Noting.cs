using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>What an endpoint hands to the store so that the audit tells of it.</summary>
static class Noting
{
    /// <summary>In the answer to each request that the audit tells of: what its entry has as <c>request</c>.</summary>
    public const string Header = "Request-Id";

    /// <summary>One entry of one request; a second one of the same request has the same id.</summary>
    public static AuditEntry Note(this HttpContext context, Caller caller, AuditAction action, string target, string? detail = null) =>
        new(caller.Organization, caller.Actor, action, target, IdOf(context)) { Detail = detail };

    static Guid IdOf(HttpContext context)
    {
        if (Guid.TryParse(context.Response.Headers[Header], out var known))
            return known;
        var time = (TimeProvider)context.RequestServices.GetService(typeof(TimeProvider))!;
        var id = Guid.CreateVersion7(time.GetUtcNow());
        context.Response.Headers[Header] = id.ToString();
        return id;
    }
}
