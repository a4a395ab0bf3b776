using Rein.Protocol;

namespace Rein.Cli.Show;

/// <summary>What a blocked run waits for: the keys that are full, or all of them in the moment in which none is.</summary>
static class WaitText
{
    /// <summary>For a cell: <c>blocked acme #3</c>.</summary>
    public static string Short(RunDocument run) =>
        string.Join(' ', ["blocked", .. Keys(run).Select(wait => $"{wait.Key} {Place(wait)}")]);

    /// <summary>For a line: <c>waits for acme: #3 in the queue, 1 of 1 held</c>.</summary>
    public static string Long(RunDocument run) => Keys(run).ToList() is { Count: > 0 } keys
        ? "waits for " + string.Join(", and for ", keys.Select(wait => $"{wait.Key}: {Place(wait)} in the queue, {Held(wait)}"))
        : "waits for room";

    static IEnumerable<WaitDocument> Keys(RunDocument run)
    {
        var waits = run.BlockedBy ?? [];
        return waits.Any(IsFull) ? waits.Where(IsFull) : waits;
    }

    static bool IsFull(WaitDocument wait) => wait.Held >= wait.Max;

    static string Place(WaitDocument wait) => wait.Place is { } place ? $"#{place}" : "#1001+";

    static string Held(WaitDocument wait) => wait.Max is { } max ? $"{wait.Held} of {max} held" : "no limit any more";
}
