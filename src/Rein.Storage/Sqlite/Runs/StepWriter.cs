using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Writes the steps a change touched, and the tries that made place for later ones.</summary>
sealed class StepWriter(Connection connection, JsonBuffer json)
{
    public void Write(RunChange change)
    {
        foreach (var archived in change.Change.Archived)
            Archive(change.After.Id, archived.Step, archived.Attempt);
        foreach (var step in change.Touched)
            Write(change, step);
    }

    void Write(RunChange change, Step step)
    {
        var changed = change.Before?.Steps.GetValueOrDefault(step.Id) switch
        {
            null => Insert(change.After.Id, step),
            { IsOpen: true } => UpdateIfOpen(change.After.Id, step),
            _ => Prove(change.After.Id, step),
        };
        if (changed != 1)
            throw new StoreException($"Step {step.Id} of run {change.After.Id} is not as it was loaded.");
    }

    int Insert(Guid run, Step step)
    {
        var row = connection.Use("Runs/insert_step").Bind(run).Bind(step.Id);
        BindStep(row, step).Bind(step.Attempt?.Try).Bind(step.Attempt?.Fence);
        return BindCost(BindAttempt(row, step.Attempt), step.Attempt).Run();
    }

    int UpdateIfOpen(Guid run, Step step)
    {
        var row = connection.Use("Runs/update_step_if_open");
        BindStep(row, step).Bind(step.Attempt?.Try).Bind(step.Attempt?.Fence);
        return BindCost(BindAttempt(row, step.Attempt), step.Attempt).Bind(run).Bind(step.Id).Run();
    }

    int Prove(Guid run, Step step)
    {
        var attempt = step.Attempt ?? throw new StoreException($"Step {step.Id} of run {run} has ended without an attempt; nothing of it can change.");
        return BindProof(connection.Use("Runs/prove_step"), attempt).Bind(run).Bind(step.Id).Bind(attempt.Fence).Run();
    }

    void Archive(Guid run, string step, Attempt attempt)
    {
        var row = connection.Use("Runs/archive_attempt")
            .Bind(run).Bind(step).Bind(attempt.Fence).Bind(attempt.Try).Bind(attempt.Session).Bind(attempt.Worker)
            .Bind(attempt.AssignedAt).Bind(attempt.EndedAt).Bind((int?)attempt.Outcome);
        BindCost(BindProof(row, attempt).Bind(attempt.Items), attempt).Run();
    }

    static Statement BindStep(Statement row, Step step) => row
        .Bind((int)step.State).Bind(step.Tries).Bind(step.DueAt).Bind(step.IsDue).Bind(step.Arrived).Bind(step.Enabling)
        .Bind(step.Child).BindText(step.Result).Bind(step.Error);

    Statement BindAttempt(Statement row, Attempt? attempt)
    {
        row.Bind(attempt is { IsOpen: true }).Bind(attempt?.Session).Bind(attempt?.Worker)
            .Bind(attempt?.AssignedAt).Bind(attempt?.EndedAt).Bind((int?)attempt?.Outcome);
        return BindProof(row, attempt);
    }

    static Statement BindCost(Statement row, Attempt? attempt) => row.Bind(attempt?.Rate ?? 0).Bind(attempt?.Fee ?? 0).Bind(attempt?.Reported ?? 0);

    Statement BindProof(Statement row, Attempt? attempt) =>
        attempt?.Proof is { } proof ? row.BindText(json.Proof(proof)) : row.BindNull();
}
