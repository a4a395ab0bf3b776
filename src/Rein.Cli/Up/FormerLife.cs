using System.Globalization;
using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Cli.Up;

/// <summary>What the boot sweep can prove about the attempts that the embedded worker's former life held.</summary>
sealed class FormerLife(SweepResult swept, Containment containment)
{
    readonly Dictionary<string, List<Residual>> found = Group(swept);
    readonly IReadOnlyList<Residual> nobodysOwn = [.. swept.Residuals.Where(left => OwnerOf(swept, left) is null)];

    /// <summary>An attempt whose process was found had to be killed. One that left nothing went down with the former life itself.</summary>
    public AttemptProof Prove(AttemptRef attempt)
    {
        var wasFound = found.TryGetValue(NameOf(attempt), out var own);
        // What has cleared its marks and cannot be ended may belong to any of them: none can be proved gone.
        Residual[] left = [.. own ?? [], .. nobodysOwn];
        if (left.Length > 0)
            return new(null, null, containment, left);
        return wasFound ? new(Rung.Killed, null, containment, []) : AttemptProof.Clean;
    }

    static Dictionary<string, List<Residual>> Group(SweepResult swept)
    {
        var byAttempt = new Dictionary<string, List<Residual>>(StringComparer.Ordinal);
        foreach (var leftover in swept.Found)
            if (leftover.Attempt is { } attempt)
                byAttempt.TryAdd(attempt, []);
        foreach (var left in swept.Residuals)
            if (OwnerOf(swept, left) is { } owner)
                byAttempt[owner].Add(left);
        return byAttempt;
    }

    static string? OwnerOf(SweepResult swept, Residual left) =>
        swept.Found.FirstOrDefault(leftover => left.Id.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{leftover.Pid}@"), StringComparison.Ordinal))?.Attempt;

    /// <summary>As the process step names its attempts.</summary>
    static string NameOf(AttemptRef attempt) => Rein.Steps.Processes.ProcessStep.NameOf(attempt);
}
