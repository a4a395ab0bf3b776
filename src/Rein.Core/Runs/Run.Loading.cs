using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>What of a run is here, and how more of it comes. A slice is a guess at what a decision needs: what lies behind a join is looked for when a decision gets there.</summary>
public sealed partial record Run
{
    /// <summary>The same run, with what was loaded later. What was decided meanwhile stays as it is.</summary>
    /// <param name="more">Of the same run, as the store has it.</param>
    /// <param name="lack">What was looked for.</param>
    public Run Learn(Run more, Slice lack)
    {
        var steps = Steps;
        foreach (var (id, step) in more.Steps)
            steps = steps.SetItem(id, steps.TryGetValue(id, out var known) ? known with { Result = known.Result ?? step.Result } : step);
        return this with { Steps = steps, Input = Input.IsEmpty ? more.Input : Input, Loaded = Loaded?.And(lack) };
    }

    /// <summary>Whether a step that is not here has no row. One that has ended is nobody's join any more.</summary>
    internal bool Knows(string step) => Loaded is null || Loaded.AllOpen || Steps.ContainsKey(step) || Loaded.Steps.Contains(step) || Loaded.Results.Contains(step);

    /// <summary>
    /// What a step of this node reads when it is decided, a loop with what its iterations read, and nobody has looked for; null where nothing is missing. In the body of a
    /// loop everything is here.
    /// </summary>
    internal Slice? Unread(Node node)
    {
        if (Loaded is null || node.Loop is not null)
            return null;
        var read = Slices.Read(node.IsLoop ? Definition.BodyOf(node.Id).Nodes.Values.Where(inner => inner.IsControl).Append(node) : [node]);
        var unread = new Slice
        {
            Results = [.. read.Results.Where(step => Definition.Nodes[step].Loop is null && !HasResult(step) && !Loaded.Results.Contains(step))],
            Input = read.Input && Input.IsEmpty && !Loaded.Input,
        };
        return unread.Results.IsEmpty && !unread.Input ? null : unread;
    }
}
