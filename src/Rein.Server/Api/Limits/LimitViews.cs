using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Limits;

/// <summary>Limits, and the runs under them, as the API shows them.</summary>
static class LimitViews
{
    public static LimitDocument ToDocument(this LimitView view) =>
        new() { Key = view.Limit.Key.Key, Max = view.Limit.Max, Held = view.Limit.Held, Waiting = view.Waiting };

    public static async Task<LimitRunList> HoldersPage(this ILimitStore limits, LimitKey key, Guid? after, int count, CancellationToken cancel)
    {
        var runs = await limits.Holders(key, after, count + 1, cancel);
        return new()
        {
            Runs = [.. runs.Take(count).Select(run => run.ToDocument(place: null))],
            Cursor = runs.Count > count ? Cursor.Of(runs[count - 1].Run) : null,
        };
    }

    public static async Task<LimitRunList> QueuePage(this ILimitStore limits, LimitKey key, QueuePosition? after, int count, CancellationToken cancel)
    {
        var before = after?.Place ?? 0;
        var runs = await limits.Queue(key, after?.Last, count + 1, cancel);
        return new()
        {
            Runs = [.. runs.Take(count).Select((run, i) => run.ToDocument(before + i + 1))],
            Cursor = runs.Count > count ? new QueuePosition(before + count, runs[count - 1]).ToCursor() : null,
        };
    }

    static LimitRunDocument ToDocument(this LimitRun run, int? place) => new()
    {
        RunId = run.Run,
        Workflow = run.Workflow,
        State = Names.Of(run.State),
        IsStopping = run.IsStopping,
        Priority = run.Priority,
        CreatedAt = run.CreatedAt,
        Place = place,
    };
}
