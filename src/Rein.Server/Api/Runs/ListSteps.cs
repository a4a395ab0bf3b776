using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Pools;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class ListSteps
{
    public static void MapListSteps(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}/steps", Handle).Needs(Scopes.Read).Says(
            "Lists the steps of a run, by id; with `loop`, the iterations of that `for-each` in their order.",
            Parameter.Limit(200, 1000), Parameter.Cursor, new Parameter("loop", "The id of a `for-each`: its iterations, each with the steps of its body; a page holds at least one.") { Pattern = "^[A-Za-z_][A-Za-z0-9_-]*$" });

    static async Task<Results<Ok<StepList>, Refusal>> Handle(
        RunId run, Query query, Caller caller, IStores stores, CancellationToken cancel)
    {
        var count = query.Count(200, 1000);
        var cursor = query.Text("cursor");
        var loop = query.Text("loop");
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!Cursor.TryRead(cursor, out string? after))
            return Cursor.Bad;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is not { } view)
            return await stores.Missing(caller, run, cancel);
        if (loop is not null)
            return await Iterations(stores, view.Run, loop, cursor, count, cancel);
        var steps = await stores.Reader.Steps(run.Value, after, count + 1, cancel);
        return TypedResults.Ok(await Page(stores, view.Run, [.. steps.Take(count)], steps.Count > count ? Cursor.Of(steps[count - 1].Id) : null, cancel));
    }

    /// <summary>By number: the next page begins with a number too, so that no page costs more than another.</summary>
    static async Task<Results<Ok<StepList>, Refusal>> Iterations(IStores stores, Run run, string loop, string? cursor, int count, CancellationToken cancel)
    {
        if (!run.Definition.Nodes.TryGetValue(loop, out var node) || !node.IsLoop)
            return Refusal.Of(ProblemCodes.BadParameter, $"'loop' names no step of the type 'for-each': '{loop}'.");
        if (!Cursor.TryRead(cursor, out long? from))
            return Cursor.Bad;
        string[] names = [node.Id, .. run.Definition.Nodes.Values.Where(inside => inside.Loop == loop).Select(inside => inside.Id).Order(StringComparer.Ordinal)];
        var first = (int)Math.Min(from ?? 0, int.MaxValue / 2);
        var numbers = Enumerable.Range(first, Math.Max(1, count / names.Length)).ToList();
        var found = (await stores.Reader.Steps(run.Id, [.. numbers.SelectMany(number => names.Select(name => StepId.Of(name, number))), loop], cancel))
            .ToDictionary(step => step.Id, StringComparer.Ordinal);
        var begun = LoopState.Of(found.GetValueOrDefault(loop)?.Result)?.Begun ?? 0;
        var steps = numbers.SelectMany(number => names.Select(name => found.GetValueOrDefault(StepId.Of(name, number)))).OfType<Step>();
        return TypedResults.Ok(await Page(stores, run, [.. steps], numbers[^1] + 1 < begun ? Cursor.Of(numbers[^1] + 1) : null, cancel));
    }

    static async Task<StepList> Page(IStores stores, Run run, IReadOnlyList<Step> steps, string? cursor, CancellationToken cancel)
    {
        var notes = await StepNotes.Of(stores, run, steps, cancel);
        return new() { Steps = [.. steps.Select(step => step.ToDocument(notes))], Cursor = cursor };
    }
}
