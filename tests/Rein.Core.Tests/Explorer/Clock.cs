using System.Collections.Immutable;
using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>
/// Time in the explorer: it is always <see cref="Now"/>, and a tick moves every due time of a run one second nearer. What is past is due
/// and no more: so states that differ only in their history are one.
/// </summary>
static class Clock
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    public static readonly Rules Rules = new(ProofWindow: Second, CleanUpBudget: 2 * Second, MaxGrace: 2 * Second);

    public static Rows Tick(Rows rows)
    {
        var run = rows.Run;
        return rows with
        {
            Run = run with
            {
                CleanUpEndsAt = Nearer(run.CleanUpEndsAt),
                DeadlineAt = Nearer(run.DeadlineAt),
                QueueEndsAt = Nearer(run.QueueEndsAt),
                Stop = run.Stop is { } stop ? Nearer(stop) : null,
                Budget = run.Budget is { } budget ? Cut(budget with { Spent = budget.SpentAt(Now + Second) }) : null,
                Steps = run.Steps.ToImmutableDictionary(pair => pair.Key, pair => Nearer(pair.Value)),
            },
        };
    }

    /// <summary>What is spent beyond the limit decides nothing more.</summary>
    static Budget Cut(Budget budget) => budget with { Spent = Math.Min(budget.Spent, budget.Limit) };

    static StopRequest Nearer(StopRequest stop) => stop with
    {
        // How long the grace has been over decides whether the proof window is over too.
        GraceEndsAt = Later(stop.GraceEndsAt - Second, Now - Rules.ProofWindow),
        EscalateAt = Later(stop.EscalateAt - Second, Now),
    };

    static Step Nearer(Step step) => step with
    {
        DueAt = Nearer(step.DueAt),
        Attempt = step.Attempt is { IsOpen: true } open ? open with { AssignedAt = Later(open.AssignedAt - Second, Now - Second) } : step.Attempt,
    };

    static DateTimeOffset? Nearer(DateTimeOffset? due) => due is { } at ? Later(at - Second, Now) : null;
    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    /// <summary>Every history to the same: all that has happened happened just now, and the fences are numbered by their slots.</summary>
    public static Rows Normalise(Rows rows, Slots slots)
    {
        var run = rows.Run;
        return rows with
        {
            Run = run with
            {
                Revision = 1000,
                ChangedAt = Now,
                Budget = run.Budget is { } budget ? Cut(budget) with { MeteredAt = Now } : null,
                Error = run.Error is null ? null : "error",
                Stop = run.Stop is null ? null : run.Stop with { Requests = 1, RequestedAt = Now },
                Steps = run.Steps.ToImmutableDictionary(pair => pair.Key, pair => Number(pair.Value, slots)),
            },
            Archived = [.. rows.Archived.Select(entry => entry with { Attempt = Number(entry.Step, entry.Attempt, slots) })],
        };
    }

    static Step Number(Step step, Slots slots) =>
        step.Attempt is { } attempt ? step with { Attempt = Number(step.Id, attempt, slots) } : step;

    static Attempt Number(string step, Attempt attempt, Slots slots) => attempt with { Fence = 1 + slots.Of(step, attempt.Try) };
}
