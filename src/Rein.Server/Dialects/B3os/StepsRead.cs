using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.B3os;

/// <summary>
/// The steps of a run that are shown, by their ids. Results are in memory so many at a time, and together no more than a page may hold: what comes behind that
/// is there without its result.
/// </summary>
sealed class StepsRead(Run run, IRunReader reader, CancellationToken cancel)
{
    /// <summary>Bytes of results, as they lie in the store; and as many of inputs.</summary>
    public const int Most = 16 << 20;

    const int AtOnce = 50;

    readonly Dictionary<string, Step> steps = new(StringComparer.Ordinal);
    long left = Most;

    /// <param name="wanted">What is shown first; the others are read behind it, for what is shown may have come of them. The body of a loop is shown with the loop.</param>
    /// <param name="openLoops">Also the iterations of loops that go on.</param>
    public async Task<Dictionary<string, Step>> Of(Func<string, bool> wanted, bool openLoops)
    {
        var nodes = run.Definition.Nodes.Values.Where(node => node.Loop is null && node.Id != Definition.RootId).ToLookup(node => wanted(node.Id));
        await Read(nodes[true].Select(node => node.Id));
        foreach (var loop in nodes[true].Where(node => node.IsLoop && steps.TryGetValue(node.Id, out var step) && (openLoops || !step.IsOpen)))
            await ReadIterations(loop);
        await Read(nodes[false].Select(node => node.Id));
        return steps;
    }

    async Task Read(IEnumerable<string> names)
    {
        foreach (var some in names.Chunk(AtOnce))
            foreach (var step in await reader.Steps(run.Id, some, cancel))
                steps[step.Id] = Kept(step);
    }

    /// <summary>Of a loop only its first iterations: ten thousand would be no answer. They begin in their order, so behind one that has not there is none.</summary>
    async Task ReadIterations(Node loop)
    {
        var body = run.Definition.Nodes.Values.Where(node => node.Loop == loop.Id).Select(node => node.Id).Prepend(loop.Id).ToList();
        foreach (var some in Enumerable.Range(0, ExecutionState.MostIterations).Chunk(Math.Max(1, AtOnce / body.Count)))
        {
            await Read(some.SelectMany(index => body.Select(node => StepId.Of(node, index))));
            if (!steps.ContainsKey(StepId.Of(loop.Id, some[^1])))
                return;
        }
    }

    Step Kept(Step step)
    {
        if (step.Result is not { } result)
            return step;
        if (result.Length > left)
            return step with { Result = null };
        left -= result.Length;
        return step;
    }
}
