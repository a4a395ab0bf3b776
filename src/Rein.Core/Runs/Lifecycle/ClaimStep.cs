using Rein.Core.Definitions;
using Rein.Core.Faults;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>A session takes a ready step: a new attempt under a new fence.</summary>
public sealed record ClaimStep(Guid Run, string Step, Guid Session, string Worker) : ICommand
{
    /// <summary>What the payload may read; they reach the worker and nobody else.</summary>
    public SecretValues Secrets { get; init; } = SecretValues.None;

    /// <summary>What an earlier try left to go on from; it reaches the worker and decides nothing.</summary>
    public ReadOnlyMemory<byte>? Checkpoint { get; init; }

    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now)
    {
        if (run.HasEnded)
            return Answer.AlreadyEnded;
        if (!run.Steps.TryGetValue(Step, out var step))
            return Answer.Unknown;
        if (run.IsStopping && !run.IsCleaningUp)
            return Answer.Stopping;
        if (!run.Offers(step))
            return Answer.NotNow;
        // Its stop is on its way: the timer that wishes it is due.
        if (run is { Stop: null, IsCleaningUp: false, Budget: { } budget } && budget.IsUsedUp(now))
            return Answer.NotNow;
        var transition = new Transition(run, now);
        var node = run.Definition.NodeOf(Step);
        var payload = Resolve(node, run);
        if (payload.Fault is { } fault)
            transition.Fail(step, fault.Message);
        else
            HandOut(transition, step, node, payload.Value);
        transition.Settle();
        return transition.Seal(payload.Fault is null ? Answer.Done : Answer.NotNow);
    }

    /// <summary>A secret that is missing ends the step in its own name, whatever fallback stands behind it.</summary>
    Resolved<ReadOnlyMemory<byte>> Resolve(Node node, Run run)
    {
        foreach (var name in node.Secrets)
            if (Secrets.Unreadable.TryGetValue(name, out var why))
                return new Fault(FaultCodes.ExpressionUnknownSecret, $"The secret '{name}' cannot be read: {why}");
            else if (!Secrets.Values.ContainsKey(name))
                return new Fault(FaultCodes.ExpressionUnknownSecret, $"There is no secret '{name}'.");
        return node.ResolvePayload(new RunScope(run, Step, Secrets));
    }

    void HandOut(Transition transition, Step step, Node node, ReadOnlyMemory<byte> payload)
    {
        if (step.Attempt is { } earlier)
            transition.Archive(step, earlier);
        var price = transition.Run.Rules.Prices.Of(node.Kind);
        var attempt = new Attempt
        {
            Try = (step.Attempt?.Try ?? 0) + 1,
            Fence = transition.Run.Revision,
            Session = Session,
            Worker = Worker,
            AssignedAt = transition.Now,
            Rate = price.PerSecond,
            Fee = price.PerAttempt,
        };
        transition.Put(step with { State = StepState.Active, Attempt = attempt, DueAt = null });
        transition.Add(new RunEvent(RunEventKind.StepAssigned) { Step = step.Id, Try = attempt.Try, Worker = Worker });
        var assign = new Assign(Run, step.Id, attempt, payload) { Checkpoint = Checkpoint };
        transition.Add(node.Secrets.Count == 0 ? assign : assign with { Secrets = [.. node.Secrets.Select(name => Secrets.Values[name])] });
    }
}
