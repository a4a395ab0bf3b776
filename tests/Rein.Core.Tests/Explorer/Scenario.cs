using System.Collections.Immutable;
using System.Text;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Tests.Explorer;

/// <summary>A small scope that is explored to its end.</summary>
sealed record Scenario(string Name, ImmutableArray<StartRun> Runs, int Tries)
{
    /// <summary>How many of the runs are started from outside; a child is started by its parent.</summary>
    public int Started { get; init; } = 1;

    /// <summary>The maximum of the one limit; null when the runs need no slot.</summary>
    public int? Limit { get; init; }

    /// <summary>The step of the first run that starts the second, and awaits it unless that is detached; null for a child that no step has started.</summary>
    public string? StartedBy { get; init; }

    public ImmutableArray<string> Stops { get; init; } = ["stop (Manual, grace 1 s)", "stop (Manual, force)"];
    public bool HasPause { get; init; }
    public bool HasReturns { get; init; }
    public bool LosesMessages { get; init; }
    public bool DoublesMessages { get; init; }
    public bool LeavesResiduals { get; init; }
    public bool SaysWhatItHeard { get; init; }

    /// <summary>Attempts report what they have used: a credit in all, then two.</summary>
    public bool SaysWhatItUsed { get; init; }

    /// <summary>Frames arrive with their commit: so the scope is small enough for two runs. Reports are late all the same.</summary>
    public bool FramesAreAtOnce { get; init; }

    /// <summary>The step waits for somebody outside.</summary>
    public bool Awaits(string step) => Runs[0].Definition.TryGet(step, out var node) && node.AwaitsAnswer;

    /// <summary>The ids of all steps that a run of this definition can have: in a body, those of every item that is written there.</summary>
    public static ImmutableArray<string> StepsOf(Definition definition) =>
    [
        .. definition.Nodes.Values.SelectMany(node => StepsOf(definition, node)).Order(StringComparer.Ordinal),
    ];

    static IEnumerable<string> StepsOf(Definition definition, Node node)
    {
        var loop = node.IsLoop ? node : node.Loop is { } around ? definition.Nodes[around] : null;
        var iterations = Enumerable.Range(0, loop?.Payload.GetProperty("items").GetArrayLength() ?? 0).Select(index => StepId.Of(node.Id, index));
        return node.Loop is null ? iterations.Prepend(node.Id) : iterations;
    }

    public bool HasChild => Runs.Length > Started;
    public Slots SlotsOf(int run) => new(Runs[run].Definition, Tries);

    /// <summary>Where the scenario has no child, a foreign one: the command has to be answered all the same.</summary>
    public StartRun ChildOf(Guid parent, string? awaiting) =>
        (HasChild && parent == Runs[0].Run ? Runs[1] : Start(9, "noop", Only)) with { ParentStep = awaiting };

    public const string Only = """{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"noop"}}}""";

    public static StartRun Start(int number, string name, string definition, string input = "{}") => new()
    {
        Run = new Guid($"00000000-0000-7000-8000-00000000000{number}"),
        Organization = new Guid("0a000000-0000-7000-8000-000000000000"),
        Definition = Parse(name, definition),
        Input = Encoding.UTF8.GetBytes(input),
        Actor = "tester",
    };

    static Definition Parse(string name, string definition)
    {
        var parsed = Definition.Parse(Encoding.UTF8.GetBytes(definition), KindCatalog.Any);
        return parsed.Value ?? throw new ArgumentException($"{name}: {string.Join("; ", parsed.Faults)}");
    }
}
