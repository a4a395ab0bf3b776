namespace Rein.Worker.Processes;

/// <summary>
/// One call of posix_spawn: own session and group, default signals (.NET changes mask and dispositions of its own process),
/// nothing inherited but the streams named here.
/// </summary>
sealed unsafe record Spawn(string Path, IReadOnlyCollection<string> Arguments, IReadOnlyCollection<string> Environment, string? Folder)
{
    const int ChannelIn = 4, ChannelOut = 5;

    /// <summary>The pid, or the error as a number of errno.</summary>
    public (int Pid, int Error) Run(ChildStreams streams, int? gate)
    {
        using var path = new NativeStrings([Path, Folder ?? ""]);
        using var arguments = new NativeStrings(Arguments);
        using var environment = new NativeStrings(Environment);
        var attributes = stackalloc byte[LibcSpawn.OpaqueSize];
        var actions = stackalloc byte[LibcSpawn.OpaqueSize];
        _ = LibcSpawn.InitAttributes(attributes);
        _ = LibcSpawn.InitActions(actions);
        try
        {
            SetSignals(attributes);
            SetStreams(actions, streams, gate);
            if (Folder is not null) _ = LibcSpawn.AddChangeFolder(actions, path.Pointer[1]);
            int pid;
            var error = LibcSpawn.Spawn(&pid, path.Pointer[0], actions, attributes, arguments.Pointer, environment.Pointer);
            return (pid, error);
        }
        finally
        {
            _ = LibcSpawn.DestroyActions(actions);
            _ = LibcSpawn.DestroyAttributes(attributes);
        }
    }

    static void SetSignals(byte* attributes)
    {
        var set = stackalloc byte[LibcSpawn.SignalSetSize];
        _ = LibcSpawn.EmptySet(set);
        _ = LibcSpawn.SetMask(attributes, set);
        _ = LibcSpawn.FillSet(set);
        _ = LibcSpawn.SetDefaults(attributes, set);
        _ = LibcSpawn.SetFlags(attributes, LibcSpawn.SetSession | LibcSpawn.SetSignalMask | LibcSpawn.SetSignalDefaults);
    }

    static void SetStreams(byte* actions, ChildStreams streams, int? gate)
    {
        _ = LibcSpawn.AddDup(actions, streams.Stdin, 0);
        _ = LibcSpawn.AddDup(actions, streams.Stdout, 1);
        _ = LibcSpawn.AddDup(actions, streams.Stderr, 2);
        if (gate is { } fd) _ = LibcSpawn.AddDup(actions, fd, Gate.Handle);
        if (streams.Channel is { } channel)
        {
            // Without a gate its number holds what standard input does, so that all from the channel on can be closed at once.
            if (gate is null) _ = LibcSpawn.AddDup(actions, streams.Stdin, Gate.Handle);
            _ = LibcSpawn.AddDup(actions, channel.In, ChannelIn);
            _ = LibcSpawn.AddDup(actions, channel.Out, ChannelOut);
            LibcSpawn.CloseFromIfKnown(actions, ChannelOut + 1);
        }
        else
        {
            LibcSpawn.CloseFromIfKnown(actions, gate is null ? 3 : Gate.Handle + 1);
        }
    }
}
