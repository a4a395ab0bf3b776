using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Runs;

/// <summary>How one step's end reaches the next: joins count, branches are taken or skipped, control kinds are decided on the spot.</summary>
sealed partial class Transition
{
    static readonly ReadOnlyMemory<byte> Then = "{\"branch\":\"then\"}"u8.ToArray();
    static readonly ReadOnlyMemory<byte> Else = "{\"branch\":\"else\"}"u8.ToArray();

    /// <summary>Why a join is skipped although another of its parents succeeded.</summary>
    const string BehindFailure = "a step before it failed";

    /// <summary>How the end of a step reaches what is below it: by a branch that it did not take, by its failure, or so that it may begin.</summary>
    enum Way
    {
        Skipped,
        Failed,
        Enabled,
    }

    readonly Effort effort = new();

    /// <param name="taken">Which branch the step took, where its kind has any; a child of another branch is skipped.</param>
    public void EnableChildrenOf(string id, Branch taken = Branch.Always) => Arrive(id, taken, Way.Enabled);

    /// <summary>Where nothing below comes from here, a join still has to know.</summary>
    void Arrive(string id, Branch taken, Way way)
    {
        if (Run.IsStopping && !Run.IsCleaningUp)
            return;
        var (parent, index) = (Run.Definition.NodeOf(id), StepId.Parse(id).Index);
        foreach (var child in parent.Children.Select(name => Run.Definition.Nodes[name]))
            ArriveAt(child, index, way is Way.Enabled && !Branches.Enables(parent, taken, child.Branch) ? Way.Skipped : way);
        if (parent.Loop is { } loop && parent.Children.IsEmpty)
            ArriveAtEnd(loop, index);
    }

    void ArriveAt(Node node, int? index, Way way)
    {
        var id = StepId.Of(node.Id, index);
        if (node.Parents.Length > 1)
            ArriveAtJoin(node, id, way);
        else if (way is Way.Enabled)
            Enable(new Step { Id = id, State = StepState.Ready });
        else
            Arrive(id, Branch.Always, way);
    }

    /// <summary>
    /// Below a failure that ends its path a join never begins; what it is skipped for is its error, from the first such arrival on. A clean-up does what it
    /// can: there one parent is enough.
    /// </summary>
    void ArriveAtJoin(Node node, string id, Way way)
    {
        if (node.Loop is null && !Run.Knows(id))
            Lack(Slice.Of(id));
        var join = Run.Steps.GetValueOrDefault(id) ?? new Step { Id = id, State = StepState.Pending };
        join = join with
        {
            Arrived = join.Arrived + 1, Enabling = join.Enabling + One(way is Way.Enabled), Error = way is Way.Failed ? BehindFailure : join.Error,
        };
        if (join.Arrived < node.Parents.Length)
            Put(join);
        else if (join.Enabling > 0 && join.Error is null)
            Enable(join with { State = StepState.Ready });
        else
            Skip(join);
    }

    void Skip(Step join)
    {
        Put(join with { State = StepState.Skipped });
        Add(new RunEvent(RunEventKind.StepSkipped) { Step = join.Id });
        Arrive(join.Id, Branch.Always, join.Error is null ? Way.Skipped : Way.Failed);
    }

    /// <summary>The step may begin. Under a pause it stays ready and undecided until <see cref="Lifecycle.ResumeRun"/> takes it up.</summary>
    public void Enable(Step step)
    {
        if (kept.TryGetValue(step.Id, out var there))
        {
            Keep(step, there);
            return;
        }
        Put(step);
        if (Run.MayProgress || Run.IsCleaningUp)
            Take(step);
    }

    /// <summary>
    /// Decides a control kind; a step of any other kind waits to be handed out. Where the others have taken long enough it is left for a decision of its own,
    /// which is due at once.
    /// </summary>
    public void Take(Step step)
    {
        var node = Run.Definition.NodeOf(step.Id);
        if (node.IsControl && Run.Unread(node) is { } unread)
        {
            Lack(unread);
            return;
        }
        if (node.IsControl && effort.IsEnough)
        {
            Put(step with { State = StepState.Waiting, DueAt = Now, IsDue = true });
            return;
        }
        switch (node.Kind)
        {
            case KindCatalog.Log: DecideLog(node, step); break;
            case KindCatalog.If: DecideIf(node, step); break;
            case KindCatalog.Delay: DecideDelay(node, step); break;
            case KindCatalog.Wait or KindCatalog.Approval: AwaitAnswer(node, step); break;
            case KindCatalog.Workflow: Call(node, step); break;
            case KindCatalog.ForEach: DecideLoop(node, step); break;
            case KindCatalog.Filter: DecideFilter(node, step); break;
            default: Add(new RunEvent(RunEventKind.StepEnabled) { Step = step.Id }); break;
        }
    }

    RunScope ScopeOf(Step step) => new(Run, step.Id, effort: effort);

    void DecideLog(Node node, Step step)
    {
        var message = node.ResolveMessage(ScopeOf(step));
        if (message.Fault is { } fault)
        {
            Fail(step, fault.Message);
            return;
        }
        effort.Bytes += message.Value!.Length;
        Add(new WriteLog(step.Id, message.Value));
        Succeed(step, result: null);
    }

    void DecideIf(Node node, Step step)
    {
        var holds = node.Condition!.Evaluate(ScopeOf(step), ref effort.Bytes);
        if (holds.Fault is { } fault)
            Fail(step, fault.Message);
        else if (holds.Value)
            Succeed(step, Then, Branch.Then);
        else
            Succeed(step, Else, Branch.Else);
    }

    void DecideDelay(Node node, Step step)
    {
        var delay = node.ResolveDelay(ScopeOf(step));
        if (delay.Fault is { } fault)
            Fail(step, fault.Message);
        else
            Wait(step, Now + delay.Value);
    }

    void Wait(Step step, DateTimeOffset? due)
    {
        Put(step with { State = StepState.Waiting, DueAt = due });
        Add(new RunEvent(RunEventKind.StepEnabled) { Step = step.Id, Until = due });
    }

    /// <summary>A decided step ends well, and what is below it is enabled.</summary>
    public void Succeed(Step step, ReadOnlyMemory<byte>? result, Branch taken = Branch.Always)
    {
        Put(step with { State = StepState.Succeeded, DueAt = null, IsDue = false, Result = result });
        Add(new RunEvent(RunEventKind.StepEnded) { Step = step.Id, Outcome = Outcome.Succeeded, Since = step.Attempt is null ? null : CodeBeganAt });
        EnableChildrenOf(step.Id, taken);
    }

    /// <summary>The step has failed for good. Its node says whether that ends this path.</summary>
    public void Fail(Step step, string? error, Outcome outcome = Outcome.Failed)
    {
        Set(run => run with { Error = run.Error ?? error, LostWorker = run.LostWorker || outcome is Outcome.Lost });
        Put(step with { State = StepState.Failed, DueAt = null, IsDue = false, Error = error });
        Add(new RunEvent(RunEventKind.StepEnded)
        {
            Step = step.Id, Try = step.Attempt?.Try, Outcome = outcome, Error = error, Rung = step.Attempt?.Proof?.Rung,
            Since = step.Attempt is null ? null : CodeBeganAt,
        });
        var node = Run.Definition.NodeOf(step.Id);
        switch (node.OnFailure)
        {
            case OnFailure.Continue: EnableChildrenOf(step.Id); break;
            case OnFailure.Branch: EnableChildrenOf(step.Id, Branch.Failed); break;
            default:
                FailIteration(step, error);
                Arrive(step.Id, Branch.Always, node.IsFinally ? Way.Skipped : Way.Failed);
                break;
        }
    }
}
