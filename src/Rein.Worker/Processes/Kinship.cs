using System.Buffers.Text;
using System.Text;

namespace Rein.Worker.Processes;

/// <summary>
/// To which tree a process belongs, by proof only: it carries the mark, or descends from somebody who belongs, or is in a session that only
/// descendants can be in. What cannot be proved belongs to nobody, and is never touched.
/// </summary>
sealed class Kinship(WorkerName worker)
{
    readonly byte[] _buffer = new byte[256 * 1024];
    readonly byte[] _variable = Encoding.UTF8.GetBytes($"{Marker.Variable}={worker.Prefix}");

    public Tree? ByMark(ProcStat process, IReadOnlyDictionary<uint, Tree> trees, Tree? formerLife) =>
        Find(worker.NumberIn(LimitMark.Of(process.Pid, _buffer)), trees, formerLife)
        ?? Find(NumberInEnvironment(process.Pid), trees, formerLife);

    static Tree? Find(uint? number, IReadOnlyDictionary<uint, Tree> trees, Tree? formerLife) =>
        number is null ? null : trees.TryGetValue(number.Value, out var tree) ? tree : formerLife;

    uint? NumberInEnvironment(int pid)
    {
        var value = MarkerText(pid);
        return Utf8Parser.TryParse(value[(value.LastIndexOf((byte)'/') + 1)..], out uint number, out _) ? number : null;
    }

    /// <summary>What follows this worker's prefix in the marker: <c>attempt/number</c>. Empty when there is none.</summary>
    public ReadOnlySpan<byte> MarkerText(int pid)
    {
        ReadOnlySpan<byte> all = _buffer.AsSpan(0, ProcFile.Read(pid, "environ"u8, _buffer));
        for (var from = 0; ;)
        {
            var found = all[from..].IndexOf(_variable);
            if (found < 0) return default;
            var value = all[(from + found + _variable.Length)..];
            var end = value.IndexOf((byte)0);
            if (from + found == 0 || all[from + found - 1] == 0) return end < 0 ? value : value[..end];
            from += found + 1;
        }
    }

    /// <summary>
    /// The sessions that are a tree's own: of its root, whose zombie reserves the number, and of members known to be alive, who reserve
    /// it by being in it.
    /// </summary>
    public static Dictionary<int, Tree> Sessions(IEnumerable<SeenProcess> seen, IEnumerable<Tree> trees)
    {
        var sessions = new Dictionary<int, Tree>();
        foreach (var process in seen)
            if (process is { Owner: { } owner, Stat.Session: > 0 }) sessions[process.Stat.Session] = owner;
        foreach (var tree in trees)
            if (tree.Root > 0) sessions[tree.Root] = tree;
        return sessions;
    }

    public static bool Adopt(SeenProcess orphan, Dictionary<int, SeenProcess> seen, Dictionary<int, Tree> sessions)
    {
        var (_, _, parent, _, session, _, start) = orphan.Stat;
        orphan.Owner = seen.TryGetValue(parent, out var elder) && elder.Owner is { } owner && elder.Stat.Start <= start
            ? owner
            : sessions.GetValueOrDefault(session);
        return orphan.Owner is not null;
    }
}
