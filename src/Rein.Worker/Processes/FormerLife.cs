using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>All that a former life left, in its cgroups and outside of them, as one thing to end.</summary>
sealed class FormerLife : IRemains
{
    readonly Tree _tree;
    readonly Cgroup[] _cgroups;

    public FormerLife(ProcessHost host)
    {
        _tree = host.Table.PlantFormerLife();
        _cgroups = [.. CgroupFolder.LeftoversOf(host.Worker).Where(path => !host.Table.KnowsCgroup(path))
            .Select(path => new Cgroup(path, _tree))];
    }

    public IEnumerable<ProcStat> Members() => _cgroups.SelectMany(cgroup => cgroup.Members()).Concat(_tree.Members);

    public async Task<IReadOnlyList<Residual>> LookAsync()
    {
        var left = new List<Residual>(await _tree.LookAsync());
        foreach (var cgroup in _cgroups) left.AddRange(cgroup.LookInside());
        return [.. left.DistinctBy(residual => residual.Id)];
    }

    public void Kill()
    {
        foreach (var cgroup in _cgroups) cgroup.Kill();
        _tree.Kill();
    }

    public void Close()
    {
        foreach (var cgroup in _cgroups) cgroup.Remove();
        _tree.Close();
    }
}
