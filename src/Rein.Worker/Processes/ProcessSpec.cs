namespace Rein.Worker.Processes;

/// <summary>A process to start. No shell is involved: the command is an array, handed over as it is.</summary>
/// <param name="Attempt">The attempt it belongs to; letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</param>
/// <param name="Command">The program (a path, or a name that is looked up in <c>PATH</c> of its own environment) and its arguments.</param>
public sealed record ProcessSpec(string Attempt, IReadOnlyList<string> Command)
{
    /// <summary>Its whole environment; null: that of the worker. <c>REIN_ATTEMPT</c> is added in either case.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Where it starts; null: where the worker runs.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads from standard input, all at once; empty: <c>/dev/null</c>.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    /// <summary>
    /// Whether it gets a channel beside its standard streams: it reads from descriptor 4 what is written to <see cref="ContainedProcess.ChannelIn"/>, and
    /// <see cref="ContainedProcess.ChannelOut"/> reads what it writes to descriptor 5. Default: no.
    /// </summary>
    public bool HasChannel { get; init; }

    /// <summary>
    /// How long it may take to end after SIGTERM, at least 0, where that is less than the grace of the stop: then it is killed, whatever grace is left. Null, which is the
    /// default: as long as the grace.
    /// </summary>
    public TimeSpan? OwnGrace { get; init; }
}
