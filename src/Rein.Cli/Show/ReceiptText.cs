using Rein.Protocol;

namespace Rein.Cli.Show;

/// <summary>What a receipt says beside its waterfall.</summary>
static class ReceiptText
{
    public static IEnumerable<string> Of(ReceiptDocument receipt)
    {
        foreach (var request in receipt.Requests)
            yield return Row("request", $"{request.Number}. {Figures.Moment(request.At)}  {request.Actor} ({request.Origin})  {request.Answer}{Quoted(request.Reason)}");
        foreach (var attempt in receipt.Attempts)
        {
            yield return Row("attempt", Attempt(attempt));
            foreach (var left in attempt.Residuals ?? [])
                yield return Row("  left", $"{left.Kind} {left.Id}: {left.Why}");
        }
        yield return Row("usage", $"{Figures.Seconds(receipt.Usage.RunSeconds)} · {receipt.Usage.Credits:0.###} credits");
        if (receipt.Manifest is { } manifest)
            yield return Row("items", $"{Figures.Count(manifest.Items)}{(manifest.Sha256 is { } hash ? $"  sha256 {hash}" : "")}");
        foreach (var entry in receipt.Entries)
            yield return Row("entry", $"{entry.Number}. {Figures.Moment(entry.At)}  {entry.Kind}  {entry.Verdict}  sha256 {entry.Sha256}");
        if (receipt.Seal is { } seal)
            yield return Row("seal", seal.Place is { } place ? $"place {place} of the chain, seal {seal.Number} of {Figures.Moment(seal.At!.Value)} by key {seal.Key}" : seal.State);
        foreach (var line in Tree(receipt))
            yield return line;
    }

    static IEnumerable<string> Tree(ReceiptDocument receipt)
    {
        if (receipt.Tree is not { } tree)
            yield break;
        yield return Row("tree", $"{Figures.Count(tree.Runs, "run")}{(tree.IsComplete ? "" : " and more")}, {tree.Live} live, weakest verdict {tree.Verdict ?? "open"}");
        foreach (var member in tree.Members.Where(member => member.RunId != receipt.RunId))
            yield return Row("  member", $"{member.RunId}{(member.Workflow is { } workflow ? $" ({workflow})" : "")} · {member.State} · {member.Verdict ?? "open"}");
    }

    static string Attempt(AttemptDocument attempt)
    {
        var parts = new List<string> { $"{attempt.Step}, try {attempt.Try}, on {attempt.Worker}", attempt.Outcome ?? "open" };
        if (attempt.Rung is { } rung)
            parts.Add(rung);
        if (attempt.ExitCode is { } code)
            parts.Add($"exit code {code}");
        if (attempt.Containment is "cgroup" or "tree")
            parts.Add(attempt.Containment);
        parts.Add(attempt.IsProved ? "proved gone" : "not proved");
        return string.Join(" · ", parts);
    }

    static string Row(string name, string text) => name.PadRight(11) + text;

    static string Quoted(string reason) => reason.Length == 0 ? "" : $"  \"{reason}\"";
}
