using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Api.Pools;

namespace Rein.Server.Api.Views;

/// <summary>What changes about the steps of a run without it: why those that are ready wait, and how far those that execute say they are.</summary>
sealed record StepNotes(Definition Definition, IReadOnlyDictionary<string, PoolWaitDocument> Waits, IReadOnlyList<ProgressRow> Progress)
{
    readonly Dictionary<string, ProgressRow> said = Progress.ToDictionary(row => row.Step);

    public static async Task<StepNotes> Of(IStores stores, Run run, IReadOnlyList<Step> steps, CancellationToken cancel) =>
        new(run.Definition, await stores.WaitsOf(run, steps, cancel), await ProgressOf(stores.Progress, run, steps, cancel));

    /// <summary>A loop has said something ten thousand times; of that only what is shown is read.</summary>
    static async Task<IReadOnlyList<ProgressRow>> ProgressOf(IProgressStore progress, Run run, IReadOnlyList<Step> steps, CancellationToken cancel)
    {
        var begun = steps.Where(step => step.Attempt is not null).Select(step => step.Id).ToList();
        return begun.Count == 0 ? [] : await progress.Of(run.Id, begun, cancel);
    }

    /// <summary>What an earlier attempt has said is not this one's.</summary>
    public ProgressRow? ProgressOf(Step step) => said.GetValueOrDefault(step.Id) is { } row && row.Fence == step.Attempt?.Fence ? row : null;
}
