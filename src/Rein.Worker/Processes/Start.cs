using System.Collections;
using System.Runtime.InteropServices;
using Rein.Protocol.Workers;

namespace Rein.Worker.Processes;

/// <summary>One start: find the program, contain it before its first instruction, spawn.</summary>
sealed class Start(ProcessHost host, ProcessSpec spec, Marker marker)
{
    public StartOutcome Run()
    {
        var environment = new Dictionary<string, string>(spec.Environment ?? Inherited()) { [Marker.Variable] = marker.Text };
        if (Executable.Find(spec, environment, out var refused) is not { } executable) return refused!;
        var spawn = new Spawn(executable.Path, [executable.Path, .. spec.Command.Skip(1)],
            [.. environment.Select(pair => $"{pair.Key}={pair.Value}")], spec.WorkingDirectory);
        var tree = host.Table.Plant(marker);
        var outcome = Contained(tree, spawn, mayUseGate: Gate.CanPass(executable, environment.Keys));
        if (outcome is StartOutcome.Refused) tree.Close();
        return outcome;
    }

    StartOutcome Contained(Tree tree, Spawn spawn, bool mayUseGate)
    {
        try
        {
            using var streams = new ChildStreams(spec.Stdin.Span);
            var outcome = (mayUseGate && host.Cgroups is { } folder ? InCgroup(folder, tree, spawn, streams) : null) ?? InTree(tree, spawn, streams);
            if (outcome is StartOutcome.Refused) streams.CloseReadEnds();
            return outcome;
        }
        catch (OutOfHandlesException e)
        {
            return new StartOutcome.Refused(StartFault.OutOfResources, e.Message);
        }
    }

    static Dictionary<string, string> Inherited() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "");

    /// <summary>Null when this cgroup cannot be made or entered after all.</summary>
    StartOutcome? InCgroup(CgroupFolder folder, Tree tree, Spawn spawn, ChildStreams streams)
    {
        using var gate = new Gate(Pipe.Open());
        if (folder.TryAdd(tree) is not { } cgroup) return null;
        var (pid, error) = host.Orphans.Spawning(() => Gate.Before(spawn).Run(streams, gate.ReadEnd));
        if (error == 0 && cgroup.TryEnter(pid))
        {
            gate.Open();
            return new StartOutcome.Started(new ContainedProcess(pid, cgroup, streams, host));
        }

        if (error == 0) host.Orphans.Discard(pid);
        cgroup.Remove();
        return error == 0 ? null : Refusal(error);
    }

    StartOutcome InTree(Tree tree, Spawn spawn, ChildStreams streams)
    {
        host.Orphans.Adopt();
        var (pid, error) = host.Orphans.Spawning(() => LimitMark.While(marker.Limit, () => spawn.Run(streams, gate: null)));
        if (error != 0) return Refusal(error);
        tree.Root = pid;
        return new StartOutcome.Started(new ContainedProcess(pid, tree, streams, host));
    }

    StartOutcome.Refused Refusal(int error)
    {
        var text = $"{spec.Command[0]}: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            Libc.ENoEnt => new(StartFault.NotFound, $"{spec.Command[0]}: the interpreter that its first line names, or the program itself, is missing."),
            Libc.EAcces or Libc.EPerm or Libc.ENoExec => new(StartFault.NotExecutable, text),
            Libc.E2Big => new(StartFault.TooLarge, text),
            Libc.ENotDir => new(StartFault.NoWorkingDirectory, text),
            Libc.EAgain or Libc.ENoMem or Libc.EMFile or Libc.ENFile => new(StartFault.OutOfResources, text),
            _ => new(StartFault.NotExecutable, text),
        };
    }
}
