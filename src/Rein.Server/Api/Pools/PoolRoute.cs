using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Pools;

/// <summary>A pool as it stands in an address.</summary>
static class PoolRoute
{
    public static PoolKey Key(string name, Caller caller) => new(caller.Organization, PoolName.Of(name));

    public static Refusal? Check(string name) =>
        PoolName.IsWellFormed(name) ? null : Refusal.Of(ProblemCodes.BadName, $"A pool {PoolName.Rule}.");

    public static Refusal NotFound(string name) => Refusal.Of(ProblemCodes.PoolNotFound, $"Nothing is known of a pool '{Shown.Of(name)}'.");

    /// <summary>As the audit names it.</summary>
    public static string Target(this PoolKey pool) => $"pool:{PoolName.Say(pool.Pool)}";
}
