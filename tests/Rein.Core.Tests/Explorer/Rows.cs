using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Core.Tests.Explorer;

/// <summary>
/// Everything a store keeps of one run. A decision sees only the slice its command asks for, and only <see cref="RunChange"/> writes:
/// so a slice that lacks a row, and a row that no difference reaches, show themselves here as they would in a database.
/// </summary>
sealed record Rows(Run Run, ImmutableArray<ArchivedAttempt> Archived, ImmutableSortedSet<string> Ready)
{
    public static Rows Of(RunChange change) =>
        new Rows(change.After with { Steps = ImmutableDictionary<string, Step>.Empty, Pages = [] }, [], []).Write(change);

    public Run Load(Slice slice) => Run with
    {
        Steps = Run.Steps.Values.Where(step => Loads(slice, step)).ToImmutableDictionary(step => step.Id, step => WithoutUnreadResult(slice, step)),
        Input = slice.Input ? Run.Input : default,
        Loaded = slice,
        Pages = [.. slice.Loops.SelectMany(loop => Run.Pages.Where(page => page.Loop == loop).Take(LoopPage.AtOnce))],
        Gathered = slice.Gathers.Where(of => Run.Pages.All(page => page.Loop != of.Loop)).ToImmutableDictionary(of => of.Loop, Gather),
    };

    /// <summary>What the command comes to, and the run that it was decided on: with what it found missing.</summary>
    /// <param name="before">What was loaded for it.</param>
    public (Run Before, Decision Decision) Decide(ICommand command, Run before, Func<ICommand, Run, Decision> decide)
    {
        var decision = decide(command, before);
        while (decision.Lack is { } lack)
        {
            before = before.Learn(Load(lack), lack);
            decision = decide(command, before);
        }
        return (before, decision);
    }

    /// <summary>With every row there is, whatever anybody asks for.</summary>
    public Run LoadAll() => Run with
    {
        Gathered = Run.Definition.Nodes.Values.Where(node => node.IsLoop && Run.Pages.All(page => page.Loop != node.Id))
            .ToImmutableDictionary(loop => loop.Id, loop => Gather(new(loop.Id, [.. LastOf(loop)]))),
    };

    IEnumerable<string> LastOf(Node loop) => Run.Definition.Nodes.Values.Where(node => node.Loop == loop.Id && node.Children.IsEmpty).Select(node => node.Id);

    Gathered Gather(Gathering of) => new(
        Run.Steps.Values.Where(step => step is { State: StepState.Succeeded, Result: not null } && StepId.Parse(step.Id) is { Index: not null } id && of.Nodes.Contains(id.Node))
            .ToImmutableDictionary(step => step.Id, step => step.Result!.Value),
        IsWhole: true);

    static bool Loads(Slice slice, Step step) =>
        (slice.AllOpen && step.IsOpen) || slice.Steps.Contains(step.Id) || slice.Results.Contains(step.Id);

    static Step WithoutUnreadResult(Slice slice, Step step) => slice.Results.Contains(step.Id) ? step : step with { Result = null };

    public Rows Write(RunChange change)
    {
        var steps = Run.Steps;
        foreach (var step in change.Touched)
            steps = steps.SetItem(step.Id, step with { Result = step.Result ?? steps.GetValueOrDefault(step.Id)?.Result });
        return new(
            change.After with
            {
                Steps = steps,
                Loaded = null,
                Input = change.Before is null ? change.After.Input : Run.Input,
                Pages = change.UsedPages.Any() || change.NewPages.Any() ? [.. Run.Pages.Except(change.UsedPages), .. change.NewPages] : Run.Pages,
                Gathered = ImmutableDictionary<string, Gathered>.Empty,
            },
            change.Change.Archived.Aggregate(Archived, Keep),
            Ready.Except(change.NoLongerOffered.Select(step => step.Id)).Union(change.NewlyOffered.Select(step => step.Id)));
    }

    static ImmutableArray<ArchivedAttempt> Keep(ImmutableArray<ArchivedAttempt> kept, ArchivedAttempt entry) =>
        kept.RemoveAll(old => old.Step == entry.Step && old.Attempt.Fence == entry.Attempt.Fence).Add(entry);

    public Attempt? Find(string step, int number) =>
        Run.Steps.GetValueOrDefault(step)?.Attempt is { } latest && latest.Try == number ? latest : FindArchived(step, number);

    public Attempt? FindArchived(string step, int number)
    {
        foreach (var entry in Archived)
            if (entry.Step == step && entry.Attempt.Try == number)
                return entry.Attempt;
        return null;
    }

    public IEnumerable<Attempt> Attempts =>
        Run.Steps.Values.Select(step => step.Attempt).OfType<Attempt>().Concat(Archived.Select(entry => entry.Attempt));
}
