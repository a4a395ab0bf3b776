using System.Collections;
using System.Runtime.InteropServices;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>One start: find the program, spawn, contain it and have it held before its first instruction.</summary>
sealed class Start(ProcessHost host, ProcessSpec spec, Marker marker, Func<IStoppable, bool>? hold, CancellationToken stop)
{
    public static readonly StartOutcome.Refused TooLate = new(StartFault.Stopped, "It was stopped before it began.");

    public StartOutcome Run()
    {
        var environment = new Dictionary<string, string>(spec.Environment ?? Inherited()) { [Marker.Variable] = marker.Text };
        if (Executable.Find(spec, environment, out var refused) is not { } executable) return refused!;
        var spawn = new Spawn(executable.Path, [executable.Path, .. spec.Command.Skip(1)],
            [.. environment.Select(pair => $"{pair.Key}={pair.Value}")], spec.WorkingDirectory);
        if (stop.IsCancellationRequested) return TooLate;
        var tree = host.Table.Plant(marker);
        var outcome = Contained(tree, spawn, mayUseGate: Gate.CanPass(executable, environment.Keys));
        if (outcome is StartOutcome.Refused) tree.Close();
        return outcome;
    }

    static Dictionary<string, string> Inherited() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value ?? "");

    StartOutcome Contained(Tree tree, Spawn spawn, bool mayUseGate)
    {
        try
        {
            // Before them: it is closed by itself where there is no handle left for them.
            using var gate = mayUseGate ? new Gate(Pipe.Open()) : null;
            using var streams = new ChildStreams(spec.Stdin.Span, spec.HasChannel);
            var outcome = gate is null ? Directly(tree, spawn, streams) : BehindGate(gate, tree, spawn, streams);
            if (outcome is StartOutcome.Refused) streams.CloseOurEnds();
            return outcome;
        }
        catch (OutOfHandlesException e)
        {
            return new StartOutcome.Refused(StartFault.OutOfResources, e.Message);
        }
    }

    StartOutcome BehindGate(Gate gate, Tree tree, Spawn spawn, ChildStreams streams)
    {
        var cgroup = host.Cgroups?.TryAdd(tree);
        var (pid, error) = Orphans.OfThisProcess.Spawning(() => Gate.Before(spawn).Run(streams, gate.ReadEnd));
        var isInCgroup = error == 0 && cgroup is not null && cgroup.TryEnter(pid);
        if (!isInCgroup) cgroup?.Remove();
        if (error != 0) return Refusal(error);

        var process = Held(pid, tree, isInCgroup ? cgroup! : tree, streams);
        // Whoever holds it was told of a stop before this look, or tells a process that is held.
        if (!stop.IsCancellationRequested) gate.Open();
        return process;
    }

    /// <summary>
    /// Without a gate the program may run for some microseconds before it is marked. Whoever it starts in them is still known by its
    /// environment, its parent or its session.
    /// </summary>
    StartOutcome Directly(Tree tree, Spawn spawn, ChildStreams streams)
    {
        var (pid, error) = Orphans.OfThisProcess.Spawning(() => spawn.Run(streams, gate: null));
        return error == 0 ? Held(pid, tree, tree, streams) : Refusal(error);
    }

    StartOutcome.Started Held(int pid, Tree tree, IContainer container, ChildStreams streams)
    {
        LimitMark.Set(pid, marker.Limit);
        tree.Root = pid;
        var process = new ContainedProcess(pid, container, streams.Take(), host, spec.OwnGrace);
        host.Attend(process);
        hold?.Invoke(process);
        return new StartOutcome.Started(process);
    }

    StartOutcome.Refused Refusal(int error)
    {
        var text = $"{spec.Command[0]}: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            Libc.ENoEnt => new(StartFault.NotFound, $"{spec.Command[0]}: it, or the interpreter that its first line names, is missing."),
            Libc.EAcces or Libc.EPerm or Libc.ENoExec => new(StartFault.NotExecutable, text),
            Libc.E2Big => new(StartFault.TooLarge, text),
            Libc.ENotDir => new(StartFault.NoWorkingDirectory, text),
            Libc.EAgain or Libc.ENoMem or Libc.EMFile or Libc.ENFile => new(StartFault.OutOfResources, text),
            _ => new(StartFault.NotExecutable, text),
        };
    }
}
