using Rein.Core.Definitions;

namespace Rein.Core.Tests.Explorer;

/// <summary>A number for every attempt that can be: the steps a worker executes, each with as many tries as the scenario allows.</summary>
sealed class Slots
{
    readonly string[] steps;
    readonly int tries;

    public Slots(Definition definition, int tries)
    {
        steps = [.. Scenario.StepsOf(definition).Where(step => !definition.NodeOf(step).IsControl)];
        this.tries = tries;
        if (Count > Lives.Capacity)
            throw new ArgumentException($"{Count} attempts are more than {Lives.Capacity}.");
    }

    public int Count => steps.Length * tries;
    public IReadOnlyList<string> Steps => steps;
    public int Of(string step, int number) => Array.IndexOf(steps, step) * tries + number - 1;
    public string StepOf(int slot) => steps[slot / tries];
    public int TryOf(int slot) => slot % tries + 1;
    public bool HasRoomFor(int number) => number <= tries;
    public string Name(int slot) => $"{StepOf(slot)}#{TryOf(slot)}";
}
