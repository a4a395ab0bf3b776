using System.Globalization;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Pools;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Problems;

namespace Rein.Server.Api.Runs;

static class ReadRun
{
    public static void MapReadRun(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/runs/{run}", Handle).Needs(Scopes.Read).Says("Reads a run with its first 200 steps; with `wait`, when it has changed.", Parameter.Wait, Parameter.Whole("revision", "With `wait`: the revision that is known already.", 0));

    static async Task<Results<Ok<RunDocument>, StatusCodeHttpResult, Refusal>> Handle(
        HttpContext http, RunId run, Query query, Caller caller, IStores stores, RunWaiter waiter, CancellationToken cancel)
    {
        var wait = query.Wait();
        var revision = query.Whole("revision", 0, long.MaxValue);
        if (query.Refusal() is { } refusal)
            return refusal;
        var view = wait is { } atMost
            ? await Wait(run.Value, revision ?? RevisionIn(http.Request.Headers.IfNoneMatch.ToString()), atMost, caller, stores, waiter, cancel)
            : await stores.Reader.Find(caller.Organization, run.Value, cancel);
        if (view is null)
            return await stores.Missing(caller, run, cancel);
        var waits = view.Run is { IsBlocked: true, HasEnded: false } ? await stores.Limits.Waits([run.Value], cancel) : [];
        if (!HasNotes(view.Run) && IsKnown(http, TagOf(view, waits)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var steps = await Steps(stores.Reader, view.Run, cancel);
        var notes = await StepNotes.Of(stores, view.Run, steps, cancel);
        if (HasNotes(view.Run) && IsKnown(http, TagOf(view, waits, notes)))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Ok(WithSteps(view, steps, notes) with { BlockedBy = waits.Count == 0 ? null : waits.ToDocuments() });
    }

    /// <summary>Where nothing is executed, and nothing could be, the steps change with the run alone.</summary>
    static bool HasNotes(Run run) => run is { HasEnded: false, Ready: > 0 } or { HasEnded: false, ActiveAttempts: > 0 };

    static bool IsKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.ToString() == tag;
    }

    /// <summary>Ten thousand iterations must not stand between the reader and the other steps.</summary>
    static Task<IReadOnlyList<Step>> Steps(IRunReader reader, Run run, CancellationToken cancel) => run.Definition.HasLoops
        ? reader.Steps(run.Id, [.. run.Definition.Nodes.Values.Where(node => node.Loop is null).Select(node => node.Id)], cancel)
        : reader.Steps(run.Id, null, RunViews.StepsInline + 1, cancel);

    /// <summary>Until the run is past a revision; without one, past the one it is at now. A run that has ended is not waited for.</summary>
    static async Task<RunView?> Wait(
        Guid run, long? revision, TimeSpan atMost, Caller caller, IStores stores, RunWaiter waiter, CancellationToken cancel)
    {
        using var watch = waiter.Watch(run);
        var past = revision ?? (await stores.Reader.Find(caller.Organization, run, cancel))?.Run.Revision ?? 0;
        return await waiter.Until(watch, caller.Organization, run, view => view.Run.Revision > past || view.Run is { HasEnded: true, Unproved: 0 }, atMost, cancel);
    }

    /// <summary>
    /// A run that waits is shown with its place, or with what its steps wait for; one that works with its progress. All of that changes without it.
    /// </summary>
    static string TagOf(RunView view, IReadOnlyList<Wait> waits, StepNotes? notes = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"\"{view.Run.Revision}-{view.ItemsSoFar}{string.Concat(waits.Select(wait => $"-{wait.Place}.{wait.Held}.{wait.Max}"))}{(notes is null ? "" : TagOf(notes))}\"");

    static string TagOf(StepNotes notes) => string.Concat(notes.Waits.Select(place => $"-{place.Value.Why}")) + TagOf(notes.Progress);

    static string TagOf(IReadOnlyList<ProgressRow> progress) => progress.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"-{progress.Max(row => row.At).UtcTicks:x}.{progress.Sum(row => row.Number)}");

    static long? RevisionIn(string tag) =>
        tag.Split('-', 2) is [['"', .. var number], _] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : null;

    static RunDocument WithSteps(RunView view, IReadOnlyList<Step> steps, StepNotes notes) => view.ToDocument() with
    {
        Steps = [.. steps.Take(RunViews.StepsInline).Select(step => step.ToDocument(notes))],
        StepsCursor = RunViews.CursorBehind(steps),
    };
}
