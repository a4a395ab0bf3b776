using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;

namespace Rein.Server.Api.Pools;

/// <summary>Says of steps that may begin why nobody has taken them. Looked at only where there is such a step.</summary>
static class StepWaits
{
    /// <returns>By step; none for a step that nobody could be given.</returns>
    public static async Task<IReadOnlyDictionary<string, PoolWaitDocument>> WaitsOf(
        this IStores stores, Run run, IEnumerable<Step> steps, CancellationToken cancel)
    {
        var offered = run.Ready == 0 ? [] : steps.Where(run.Offers).ToList();
        if (offered.Count == 0)
            return new Dictionary<string, PoolWaitDocument>();
        var rows = await stores.Pools.List(run.Organization, cancel);
        var sessions = (await stores.Sessions.Serving(run.Organization, cancel)).ToList();
        return offered.ToDictionary(step => step.Id, step => Of(run.PoolOf(step.Id), run.Definition.NodeOf(step.Id).Kind, rows, sessions));
    }

    static PoolWaitDocument Of(string? pool, string kind, IReadOnlyList<PoolRow> rows, List<Session> sessions)
    {
        var name = PoolName.Say(pool);
        var row = rows.FirstOrDefault(one => one.Key.Pool == pool);
        var members = sessions.Where(session => session.Pool == pool).ToList();
        var takers = members.Where(session => session.Kinds.Contains(kind)).ToList();
        var (why, says) = (row, members.Count, takers.Count) switch
        {
            ({ Drain: { } drain }, _, _) => ("drained", $"The pool {name} is drained by {drain.By}: nothing new is handed out."),
            ({ Drill: { State: DrillState.Failed } drill }, _, _) when kind != KindCatalog.Drill =>
                ("unable_to_stop", $"The pool {name} has failed its stop drill and is given nothing until it passes one: {drill.Why}"),
            (_, 0, _) => ("no_session", $"No worker is connected to the pool {name}."),
            (_, _, 0) => ("no_worker", $"No worker of the pool {name} takes steps of the kind {kind}."),
            _ when takers.TrueForAll(session => session.Drain is not null) => ("drained", $"The workers of the pool {name} that take it are drained."),
            _ => ("place", $"It waits for a place in the pool {name}."),
        };
        return new() { Pool = name, Why = why, Says = says };
    }
}
