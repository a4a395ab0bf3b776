using System.Globalization;
using Rein.Protocol.Workers;
using Rein.Steps.Scripts;
using Rein.Worker.Processes;

namespace Rein.Cli.Up;

/// <summary>What the boot sweep can prove about the attempts that the worker's former life held.</summary>
/// <param name="others">Processes that carry the worker's name and another folder's mark: they are not ended here, and may belong to any attempt of that name.</param>
sealed class FormerLife(SweepResult swept, Containment containment, IEnumerable<(int Pid, string Command)>? others = null)
{
    readonly Dictionary<string, List<Residual>> found = Group(swept);
    readonly IReadOnlyList<Residual> nobodysOwn =
    [
        .. swept.Residuals.Where(left => OwnerOf(swept, left) is null),
        .. (others ?? []).Select(other => new Residual("process", $"{other.Pid}", $"a worker of the same name with another folder has left it: {other.Command}")),
    ];

    /// <summary>Ends what a former life of this worker left, its scripts' folders included.</summary>
    public static async Task<FormerLife> Sweep(ProcessHost host, string data, IEnumerable<(int Pid, string Command)>? others = null)
    {
        var swept = await BootSweep.RunAsync(host);
        return new(Owned(swept, new ScriptFolders(ScriptSettings.FolderIn(data)).TakeNotes()), host.Containment, others);
    }

    /// <summary>An interpreter that was started before anybody wanted it carries a name of its own: whose it became is in the notes, and where it is in none, nobody's.</summary>
    public static SweepResult Owned(SweepResult swept, IReadOnlyDictionary<string, string> notes) => swept with
    {
        Found = [.. swept.Found.Select(leftover => leftover with
        {
            Attempt = leftover.Attempt is { } name && ScriptFolders.IsSpare(name) ? notes.GetValueOrDefault(name) : leftover.Attempt,
        })],
    };

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
