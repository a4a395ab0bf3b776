using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>
/// Steps that start a run of their own. What they start is another row, and needs what this decision does not know: the workflow, its limits. So the step
/// waits with what it asks for as its result, and a duty starts it.
/// </summary>
sealed partial class Transition
{
    static readonly Duty StartsChildren = new(DutyKind.StartChildren);

    void Call(Node node, Step step)
    {
        var call = node.ResolveCall(ScopeOf(step));
        if (call.Fault is { } fault)
        {
            Fail(step, fault.Message);
            return;
        }
        effort.Bytes += call.Value.Length;
        Wait(step with { Result = call.Value }, due: null);
        OweChildren();
    }

    /// <summary>One duty looks at all steps.</summary>
    public void OweChildren()
    {
        if (!effects.Contains(StartsChildren))
            Add(StartsChildren);
    }
}
