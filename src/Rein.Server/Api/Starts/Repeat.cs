using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Starts;

/// <summary>Makes the start of a run that repeats an ended one: the same definition, input and labels, the same limits, times and budget, counted anew.</summary>
sealed class Repeat(IStores stores, RunCommands commands, ReinServerOptions options, TimeProvider time)
{
    /// <summary>Bytes of results that are taken over: they are in memory once, and go into one commit.</summary>
    const long MostKept = 64 << 20;

    const int StepsAtOnce = 50;

    /// <returns>Either of both.</returns>
    public async Task<(StartRun? Start, Refusal? Refusal)> Of(RunView ended, RetryFrom from, Caller caller, CancellationToken cancel)
    {
        var made = await Make(ended, from, caller, cancel);
        // Pruning takes a run with all that belongs to it: whoever is still there was read whole.
        return await stores.Reader.Find(caller.Organization, ended.Run.Id, cancel) is null ? (null, await stores.Missing(caller, new(ended.Run.Id, ended.Run.Id.ToString()), cancel)) : made;
    }

    async Task<(StartRun? Start, Refusal? Refusal)> Make(RunView ended, RetryFrom from, Caller caller, CancellationToken cancel)
    {
        var run = ended.Run;
        if (!run.HasEnded)
            return (null, Refusal.Of(ProblemCodes.RunNotEnded, $"The run {run.Id} is {Names.Of(run.State)}."));
        if (run.Definition == Core.Definitions.Definition.Lost)
            return (null, Refusal.Of(ProblemCodes.NotNow, $"The definition of the run {run.Id} cannot be read."));
        if (ended.Labels.Keys.Any(name => name.StartsWith(Fields.OwnLabels, StringComparison.Ordinal)))
            return (null, Refusal.Of(ProblemCodes.NotNow, $"The run {run.Id} was the server's own; only the server repeats it."));
        var start = await Again(ended, caller, cancel);
        if (from is RetryFrom.Start)
            return (start, null);
        if (await Kept(run, cancel) is not { } kept)
            return (null, Refusal.Of(ProblemCodes.RetryTooLarge));
        start = start with { Kept = kept };
        var next = Next(start);
        if (next.IsEmpty)
            return (null, Refusal.Of(ProblemCodes.NothingToRetry, $"Every step of the run {run.Id} but its clean-up has succeeded; `from: start` repeats it."));
        if (from is RetryFrom.Failure)
            return (start, null);
        var saved = (await stores.Reader.Checkpoints(run.Id, next, cancel)).ToImmutableDictionary();
        return saved.IsEmpty
            ? (null, Refusal.Of(ProblemCodes.NoCheckpoint, $"None was saved by {string.Join(", ", next.Order(StringComparer.Ordinal).Take(10))}."))
            : (start with { Checkpoints = saved }, null);
    }

    async Task<StartRun> Again(RunView ended, Caller caller, CancellationToken cancel)
    {
        var run = ended.Run;
        return new()
        {
            Run = commands.NewRun(),
            Organization = run.Organization,
            Definition = run.Definition,
            Workflow = run.Workflow,
            Version = run.Version,
            Input = await stores.Reader.Input(run.Id, cancel),
            Labels = ended.Labels,
            Actor = caller.Actor,
            Priority = run.Priority,
            Pool = run.Pool,
            LimitKeys = await LimitKeys(run, cancel),
            Deadline = run.DeadlineAt - run.CreatedAt,
            QueueTtl = run.QueueEndsAt - run.CreatedAt,
            Budget = run.Budget?.Limit,
            Source = run.Id,
            Extras = (await stores.Extras.Of([run.Id], cancel)).GetValueOrDefault(run.Id) is { } beside ? beside with { Alias = null } : null,
        };
    }

    /// <summary>The limit of its workflow is the one of now. A child that counted under its parent counts for itself: nobody awaits it any more.</summary>
    async Task<ImmutableArray<string>> LimitKeys(Run run, CancellationToken cancel)
    {
        var named = run.LimitKeys.Where(key => LimitKey.WorkflowOf(key) is null);
        var isLimited = run.Workflow is not null && (await stores.Workflows.Find(run.Organization, run.Workflow, null, cancel))?.MaxRunningNow is not null;
        return isLimited ? [.. named, LimitKey.OfWorkflow(run.Organization, run.Workflow!).Key] : [.. named];
    }

    /// <summary>By name: what lies in the bodies of loops is never kept by itself, and may be a hundred times as much.</summary>
    /// <returns>Null where it is too much.</returns>
    async Task<ImmutableDictionary<string, Step>?> Kept(Run run, CancellationToken cancel)
    {
        var (steps, size) = (new List<Step>(), 0L);
        foreach (var names in run.Definition.Nodes.Values.Where(node => node.Loop is null).Select(node => node.Id).Chunk(StepsAtOnce))
        {
            var some = await stores.Reader.Steps(run.Id, names, cancel);
            if ((size += some.Sum(step => (long)(step.Result?.Length ?? 0))) > MostKept)
                return null;
            steps.AddRange(some);
        }
        return Retry.Keeps(run, steps);
    }

    /// <summary>The steps it begins with, as its first decision will find them.</summary>
    ImmutableHashSet<string> Next(StartRun start) =>
        start.Decide(hasRoom: false, options.Rules, time.GetUtcNow()).Change is { Run: { IsBlocked: true } waiting }
            ? [.. waiting.Steps.Values.Where(step => step.State is StepState.Ready).Select(step => step.Id)]
            : [];
}
