using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Sessions;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

/// <summary>A session as it stands in an address.</summary>
static class SessionRoute
{
    public static Refusal NotFound(string session) => new SessionId(default, session).NotFound;

    public static string Target(Guid session) => $"session:{session}";

    public static async Task<SessionDocument?> FindSession(this PoolReader pools, string session, Caller caller, CancellationToken cancel) =>
        Guid.TryParse(session, out var id) ? (await pools.Sessions(caller.Organization, cancel)).FirstOrDefault(one => one.Id == id) : null;

    /// <summary>Null where it may be drained by this caller: a session that serves every organization is the operator's.</summary>
    public static async Task<Refusal?> Guard(this IStores stores, string session, Caller caller, CancellationToken cancel)
    {
        var known = Guid.TryParse(session, out var id)
            ? (await stores.Sessions.Serving(caller.Organization, cancel)).FirstOrDefault(one => one.Id == id)
            : null;
        if (known is null)
            return NotFound(session);
        return known.Organization is null && !caller.IsOperator ? Refusal.Of(ProblemCodes.OperatorOnly) : null;
    }
}
