using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>What a former life of this worker left behind.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="Command">The name of its program.</param>
/// <param name="Attempt">The attempt it belonged to; null when it had cleared its environment.</param>
public sealed record Leftover(int Pid, string Command, string? Attempt);

/// <summary>What a sweep found, and what of it could not be ended.</summary>
public sealed record SweepResult(IReadOnlyList<Leftover> Found, IReadOnlyList<Residual> Residuals);

/// <summary>
/// Ends what a former life of this worker left: whoever stands in a cgroup named for it, carries its mark, or descends from such. The
/// evidence is on the process itself, so a reused pid proves nothing and is safe; processes of this life are not touched.
/// </summary>
public static class BootSweep
{
    /// <summary>Takes a few milliseconds where nothing is left; at most some seconds.</summary>
    public static Task<SweepResult> RunAsync(ProcessHost host) => host.Thread.Run(async () =>
    {
        var found = new List<Leftover>();
        var residuals = new List<Residual>();
        var remains = new FormerLife(host);
        var kinship = new Kinship(host.Worker);
        await remains.LookAsync();
        found.AddRange(remains.Members().DistinctBy(member => member.Pid).Select(member => Describe(member, kinship)));
        residuals.AddRange(await new LookAgain(remains, host.Thread).UntilKnownAsync());
        remains.Close();
        return new SweepResult(found, residuals);
    });

    static Leftover Describe(ProcStat member, Kinship kinship)
    {
        var attempt = Encoding.UTF8.GetString(kinship.MarkerText(member.Pid));
        return new(member.Pid, ProcStat.CommandOf(member.Pid), attempt.Length == 0 ? null : attempt[..attempt.LastIndexOf('/')]);
    }
}
