using Rein.Protocol;

namespace Rein.Cli.Show;

/// <summary>The last line of a stop: what is proved, what is left, what was kept.</summary>
static class Summary
{
    public static string Of(ReceiptDocument receipt)
    {
        var parts = new List<string> { receipt.Verdict is { } verdict ? $"verdict {verdict}" : "no verdict yet" };
        if (receipt.Attempts.LastOrDefault(attempt => attempt.Containment is "cgroup" or "tree") is { Containment: { } containment })
            parts.Add(containment);
        if (receipt.Unproved > 0)
            parts.Add($"{Figures.Count(receipt.Unproved, "attempt")} not proved gone");
        else if (receipt.ProvedAt is not null)
            parts.Add($"{receipt.Attempts.Sum(attempt => attempt.Residuals?.Count ?? 0)} left");
        if ((receipt.Manifest?.Items ?? receipt.Attempts.Sum(attempt => attempt.Items)) is > 0 and var items)
            parts.Add($"{Figures.Count(items, "item")} kept");
        if (receipt.Progress is { Says.Length: > 0 } progress)
            parts.Add(progress.Says);
        return receipt.State.PadRight(11) + string.Join(" · ", parts);
    }
}
