using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>The steps that workers of theirs execute.</summary>
static class AgentSteps
{
    public static IEnumerable<Node> Of(Definition definition) => definition.Nodes.Values.Where(node => node.Kind is XpanderDialect.AgentKind);

    /// <summary>Whether the key is one of a worker that may be handed a step of the run. One that is bound to a pool may only work, and reads nothing here.</summary>
    public static bool AreFor(Caller caller, Run run) => caller.Scopes.HasFlag(Scopes.Work) && Of(run.Definition).Any();

    /// <summary>Of the default pool is what the server's own worker executes, whatever kinds it knows; null where all name a pool.</summary>
    public static string? Unpooled(Definition definition) => Of(definition).FirstOrDefault(step => PoolName.Of(step.Pool) is null) is { } step
        ? $"The step '{step.Id}' names no pool: what is of none is for the worker of the server itself."
        : null;

    /// <summary>What their workers cannot do; null where they can.</summary>
    public static string? Problem(Definition definition)
    {
        var steps = Of(definition).ToList();
        if (steps.Find(step => step.Timeout is not null) is { } timed)
            return $"The step '{timed.Id}' has 'timeoutSeconds': only workers keep to it, and theirs know of none. Give its runs a deadline.";
        return steps.Select(step => step.Pool).Distinct().Count() > 1 ? $"Its steps of the type '{XpanderDialect.AgentKind}' name several pools: a worker is of one." : null;
    }
}
