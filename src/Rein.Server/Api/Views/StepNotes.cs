using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Api.Pools;

namespace Rein.Server.Api.Views;

/// <summary>What changes about the steps of a run without it: why those that are ready wait, and how far those that execute say they are.</summary>
sealed record StepNotes(Definition Definition, IReadOnlyDictionary<string, PoolWaitDocument> Waits, IReadOnlyList<ProgressRow> Progress)
{
    public static async Task<StepNotes> Of(IStores stores, Run run, IReadOnlyList<Step> steps, CancellationToken cancel) =>
        new(run.Definition, await stores.WaitsOf(run, steps, cancel), await stores.Progress.Of(run.Id, cancel));

    /// <summary>What an earlier attempt has said is not this one's.</summary>
    public ProgressRow? ProgressOf(Step step) => Progress.FirstOrDefault(row => row.Step == step.Id && row.Fence == step.Attempt?.Fence);
}
