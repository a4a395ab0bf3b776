using System.Collections.Immutable;
using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>A lifecycle move of one run. What it decides depends on the run and the time alone.</summary>
public interface ICommand
{
    Guid Run { get; }

    /// <summary>What has to be loaded beside the head.</summary>
    Slice Slice(Definition definition);

    Decision Decide(Run run, DateTimeOffset now);
}

/// <summary>The results of the last nodes in the body of a loop.</summary>
public sealed record Gathering(string Loop, ImmutableArray<string> Nodes);

/// <summary>Which rows a decision reads besides the head. Steps without a row are simply not there.</summary>
public sealed record Slice
{
    public static Slice Head { get; } = new();

    /// <summary>Every step that has not ended, whatever the counters say.</summary>
    public static Slice OpenSteps { get; } = new() { AllOpen = true };

    public static Slice Of(string step) => new() { Steps = [step] };

    public bool AllOpen { get; init; }
    public ImmutableArray<string> Steps { get; init; } = [];

    /// <summary>Steps whose results are needed as well.</summary>
    public ImmutableArray<string> Results { get; init; } = [];

    public bool Input { get; init; }

    /// <summary>Loops whose next items are needed: <see cref="LoopPage.AtOnce"/> pages of each.</summary>
    public ImmutableArray<string> Loops { get; init; } = [];

    /// <summary>A loop whose end may be decided: where no item is left to begin, what its iterations came to.</summary>
    public ImmutableArray<Gathering> Gathers { get; init; } = [];

    public Slice And(Slice other) => new()
    {
        AllOpen = AllOpen || other.AllOpen,
        Steps = Union(Steps, other.Steps),
        Results = Union(Results, other.Results),
        Input = Input || other.Input,
        Loops = Union(Loops, other.Loops),
        Gathers = Gathers.IsEmpty ? other.Gathers : other.Gathers.IsEmpty ? Gathers : Gathers.AddRange(other.Gathers.Where(more => !Gathers.Contains(more))),
    };

    /// <summary>What all of them need together. A batch may hold a thousand commands of one run: each is looked at once.</summary>
    /// <param name="parts">At least one.</param>
    public static Slice Of(IReadOnlyList<Slice> parts) => parts switch
    {
        [var only] => only,
        [var one, var other] => one.And(other),
        _ => new()
        {
            AllOpen = parts.Any(part => part.AllOpen),
            Steps = [.. parts.SelectMany(part => part.Steps).Distinct()],
            Results = [.. parts.SelectMany(part => part.Results).Distinct()],
            Input = parts.Any(part => part.Input),
            Loops = [.. parts.SelectMany(part => part.Loops).Distinct()],
            Gathers = [.. parts.SelectMany(part => part.Gathers).Distinct()],
        },
    };

    static ImmutableArray<string> Union(ImmutableArray<string> left, ImmutableArray<string> right) =>
        left.IsEmpty ? right : right.IsEmpty ? left : [.. left.Union(right)];
}
