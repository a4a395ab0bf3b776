using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>What tells two runs apart for everything that can still happen: written as small numbers, compared exactly.</summary>
ref struct RunKey(Span<char> buffer)
{
    public const int MaxLength = 400;

    readonly Span<char> buffer = buffer;
    int length;

    public static ReadOnlySpan<char> Write(Span<char> buffer, Rows rows, string[] steps)
    {
        var key = new RunKey(buffer);
        key.AddHead(rows.Run);
        key.AddWish(rows.Run);
        foreach (var id in steps)
            key.AddStep(rows, id);
        return key.buffer[..key.length];
    }

    void AddHead(Run run)
    {
        Add((int)run.State);
        Add(1 + (int?)run.Cause ?? 0);
        Add(run.Open);
        Add(run.ActiveAttempts);
        Add(run.Ready);
        Add(run.Unproved);
        Add(run.Killed);
        Add(run.HandedOut);
        Add(run.SucceededSteps);
        Add(run.FailedSteps);
        Add(run.ToleratedFailures);
        Add(run.Children);
        Add(run.Pages.Length);
        Add(Bits(run.LostWorker, run.HasBegun, run.IsBlocked, run.Pause is not null, run.Error is not null, run.StartedAt is not null));
        AddDue(run.HasEnded ? null : run.DeadlineAt);
        AddDue(run.HasEnded || run.HasBegun ? null : run.QueueEndsAt);
        AddDue(run.HasEnded ? null : run.CleanUpEndsAt);
        Add(run is { HasEnded: false, Budget: { } budget } ? 1 + (int)(Math.Min(budget.Spent, budget.Limit) / Credit.One) : 0);
    }

    void AddWish(Run run)
    {
        if (run.Stop is not { } stop)
        {
            Add(0);
            return;
        }
        Add(1 + (int)stop.Origin);
        Add(Bits(stop.Fence is FenceAt.Now, stop.Force, stop.SkipsCleanUp, stop.SignalledAt is not null, stop.HeardAt is not null, stop.FencedAt is not null));
        AddDue(run.HasEnded ? null : stop.GraceEndsAt);
        AddDue(run.HasEnded ? null : stop.EscalateAt);
    }

    void AddStep(Rows rows, string id)
    {
        if (!rows.Run.Steps.TryGetValue(id, out var step))
        {
            Add(0);
            return;
        }
        Add(1 + (int)step.State);
        Add(step.Tries);
        Add(step.Arrived * 8 + step.Enabling);
        Add(Bits(step.IsDue, step.Child is not null, step.Result is not null, rows.Ready.Contains(id)));
        var node = rows.Run.Definition.NodeOf(id);
        if (node.AwaitsAnswer)
            Add((int)StepAnswer.Of(step.Result).Branch);
        if (node.IsLoop)
            AddLoop(step);
        AddDue(step.DueAt);
        // Without a budget, what was reported decides nothing.
        var hasBudget = rows.Run is { HasEnded: false, Budget: not null };
        AddAttempt(step.Attempt, hasBudget);
        for (var number = 1; number < (step.Attempt?.Try ?? 1); number++)
            AddAttempt(rows.FindArchived(id, number), hasBudget);
    }

    /// <summary>How far it is; of an iteration, whether it has failed already.</summary>
    void AddLoop(Step step)
    {
        var state = LoopState.Of(step.Result) ?? new(0, 0, 0, 0);
        Add(1 + 64 * state.Begun + 16 * state.Done + state.Failed + (step.Error is null ? 0 : 8));
    }

    void AddAttempt(Attempt? attempt, bool hasBudget)
    {
        if (attempt is null)
        {
            Add(0);
            return;
        }
        Add(attempt.Try);
        Add(attempt.IsOpen && attempt.AssignedAt < Clock.Now ? 1 : 0);
        Add(hasBudget && attempt.IsOpen ? (int)(attempt.Reported / Credit.One) : 0);
        Add(1 + (int?)attempt.Outcome ?? 0);
        Add(attempt.Proof is { } proof ? 1 + 2 * (1 + ((int?)proof.Rung ?? -1)) + (proof.IsComplete ? 0 : 1) : 0);
    }

    void AddDue(DateTimeOffset? at) => Add(at is { } due ? 8 + (int)((due - Clock.Now) / Clock.Second) : 0);

    void Add(int value) => buffer[length++] = (char)value;

    static int Bits(params ReadOnlySpan<bool> values)
    {
        var bits = 0;
        foreach (var value in values)
            bits = bits * 2 + (value ? 1 : 0);
        return bits;
    }
}
