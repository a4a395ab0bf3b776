using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Secrets;

namespace Rein.Server.Duties;

/// <summary>
/// Starts the runs that steps of one run ask for, each in a transaction with its parent's change: done twice, the second finds it started. What cannot
/// be started fails its step, and says why.
/// </summary>
sealed class Calls(IStores stores, RunCommands commands, SecretBook secrets)
{
    /// <summary>A workflow that starts itself must end somewhere.</summary>
    public const int DeepestTree = 16;

    public async Task Start(Run parent, CancellationToken stop)
    {
        var calls = parent.Definition.Nodes.Values.Where(node => node.IsCall).Select(node => node.Id).ToList();
        foreach (var step in await stores.Reader.Steps(parent.Id, calls, stop))
            if (step.AwaitsStart)
                await Start(parent, step, stop);
    }

    async Task Start(Run parent, Step step, CancellationToken stop)
    {
        var call = JsonElement.Parse(step.Result!.Value.Span);
        var name = call.GetProperty("workflow").GetString()!;
        var input = call.TryGetProperty("input", out var given) ? given : default;
        if (await stores.Workflows.Find(parent.Organization, name, null, stop) is not { } version)
            await Refuse(parent, step, $"there is no workflow '{name}'");
        else if (await Problem(version.Definition, input, parent.Organization, stop) is { } problem)
            await Refuse(parent, step, $"the workflow '{name}' cannot be started: {problem}");
        else if (await Ancestors(parent, stop) is not { } ancestors)
            await Refuse(parent, step, $"the workflow '{name}' is not started: runs that start runs are {DeepestTree} deep at most");
        else
            await commands.Submit(null, new StartChild(parent.Id, Child(parent, step, version, call, input, ancestors)));
    }

    Task<Committed> Refuse(Run parent, Step step, string why) => commands.Submit(null, new RefuseChild(parent.Id, step.Id, why));

    async Task<string?> Problem(Definition definition, JsonElement input, Guid organization, CancellationToken stop)
    {
        if (definition.Inputs.Check(input) is [var fault, ..])
            return fault.Message;
        var values = await secrets.Read(organization, definition.Secrets, stop);
        return definition.Secrets.FirstOrDefault(name => !values.Values.ContainsKey(name)) is { } missing
            ? $"there is no secret '{missing}' that can be read"
            : null;
    }

    /// <summary>The run and those above it; null where they are too many.</summary>
    async Task<IReadOnlyList<Run>?> Ancestors(Run run, CancellationToken stop)
    {
        var ancestors = new List<Run> { run };
        while (ancestors[^1].Parent is { } above && await stores.Reader.Find(run.Organization, above, stop) is { } view)
        {
            ancestors.Add(view.Run);
            if (ancestors.Count >= DeepestTree)
                return null;
        }
        return ancestors;
    }

    StartRun Child(Run parent, Step step, WorkflowVersion version, JsonElement call, JsonElement input, IReadOnlyList<Run> ancestors) => new()
    {
        Run = commands.NewRun(),
        Organization = parent.Organization,
        Definition = version.Definition,
        Workflow = version.Name,
        Version = version.Version,
        Input = InputOf(version.Definition, input),
        Actor = $"run:{parent.Id}",
        Priority = parent.Priority,
        LimitKeys = LimitKeys(version, IsDetached(call) ? [] : Waiting(ancestors)),
        Parent = parent.Id,
        ParentStep = step.Id,
        IsDetached = IsDetached(call),
    };

    static bool IsDetached(JsonElement call) => call.TryGetProperty("detached", out var detached) && detached.ValueKind is JsonValueKind.True;

    /// <summary>Of a run and those above it, who waits for what the run awaits: up to the first for whom no step waits.</summary>
    static IEnumerable<Run> Waiting(IReadOnlyList<Run> ancestors)
    {
        foreach (var run in ancestors)
        {
            yield return run;
            if (run.ParentStep is null)
                yield break;
        }
    }

    /// <summary>Below somebody who holds the slot, and waits for it, it counts under that one, or a limit of 1 would wait for itself.</summary>
    static System.Collections.Immutable.ImmutableArray<string> LimitKeys(WorkflowVersion version, IEnumerable<Run> waiting)
    {
        if (version.MaxRunningNow is null)
            return [];
        var own = LimitKey.OfWorkflow(version.Organization, version.Name).Key;
        return waiting.Any(run => run.HoldsSlots && run.LimitKeys.Contains(own)) ? [] : [own];
    }

    static ReadOnlyMemory<byte> InputOf(Definition definition, JsonElement input)
    {
        var raw = JsonMarshal.GetRawUtf8Value(definition.Inputs.Complete(input));
        return raw.SequenceEqual("{}"u8) ? default : raw.ToArray();
    }
}
