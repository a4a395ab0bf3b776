using System.Text.Json;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>The steps that changes touched, and the tries that made place for later ones.</summary>
static class StepRows
{
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<RunChange> changes)
    {
        var archived = changes.SelectMany(change => Archived(change)).ToList();
        if (archived.Count > 0)
            yield return Attempts.Command("Runs/archive_attempts", archived);
        foreach (var group in changes.SelectMany(Touched).GroupBy(row => row.How))
        {
            var rows = group.ToList();
            yield return group.Key switch
            {
                How.Insert => Steps.Command("Runs/insert_steps", rows),
                How.Update => Steps.Command("Runs/update_steps_if_open", rows),
                _ => Proofs.Command("Runs/prove_steps", rows),
            };
        }
    }

    /// <summary>The last word on each: one statement cannot write the same row twice.</summary>
    static IEnumerable<(Guid Run, string Step, Attempt Attempt)> Archived(RunChange change) => change.Change.Archived
        .GroupBy(archived => (archived.Step, archived.Attempt.Fence))
        .Select(same => (change.After.Id, same.Key.Step, same.Last().Attempt));

    static IEnumerable<Row> Touched(RunChange change) => change.Touched.Select(step => new Row(
        change.After.Id,
        step,
        change.Before?.Steps.GetValueOrDefault(step.Id) switch
        {
            null => How.Insert,
            { IsOpen: true } => How.Update,
            _ when step.Attempt is null =>
                throw new StoreException($"Step {step.Id} of run {change.After.Id} has ended without an attempt; nothing of it can change."),
            _ => How.Prove,
        }));

    enum How
    {
        Insert,
        Update,
        Prove,
    }

    readonly record struct Row(Guid Run, Step Step, How How);

    static Columns<Row> Steps { get; } = new Columns<Row>()
        .Id(row => row.Run).Text(row => row.Step.Id).Number(row => (int)row.Step.State).Number(row => row.Step.Tries)
        .Long(row => row.Step.DueAt.ToMicros()).Flag(row => row.Step.IsDue).Number(row => row.Step.Arrived).Number(row => row.Step.Enabling)
        .Id(row => row.Step.Child).Bytes(row => row.Step.Result?.ToArray()).Text(row => row.Step.Error)
        .Number(row => row.Step.Attempt?.Try).Long(row => row.Step.Attempt?.Fence).Flag(row => row.Step.Attempt is { IsOpen: true })
        .Id(row => row.Step.Attempt?.Session).Text(row => row.Step.Attempt?.Worker).Long(row => row.Step.Attempt?.AssignedAt.ToMicros())
        .Long(row => (row.Step.Attempt?.EndedAt).ToMicros()).Number(row => (int?)row.Step.Attempt?.Outcome).Bytes(row => ProofOf(row.Step.Attempt))
        .Long(row => row.Step.Attempt?.Rate ?? 0).Long(row => row.Step.Attempt?.Fee ?? 0).Long(row => row.Step.Attempt?.Reported ?? 0);

    static Columns<Row> Proofs { get; } = new Columns<Row>()
        .Id(row => row.Run).Text(row => row.Step.Id).Long(row => row.Step.Attempt!.Fence).Bytes(row => ProofOf(row.Step.Attempt));

    static Columns<(Guid Run, string Step, Attempt Attempt)> Attempts { get; } = new Columns<(Guid Run, string Step, Attempt Attempt)>()
        .Id(row => row.Run).Text(row => row.Step).Long(row => row.Attempt.Fence).Number(row => row.Attempt.Try)
        .Id(row => row.Attempt.Session).Text(row => row.Attempt.Worker).Long(row => row.Attempt.AssignedAt.ToMicros())
        .Long(row => row.Attempt.EndedAt.ToMicros()).Number(row => (int?)row.Attempt.Outcome).Bytes(row => ProofOf(row.Attempt)).Long(row => row.Attempt.Items)
        .Long(row => row.Attempt.Rate).Long(row => row.Attempt.Fee).Long(row => row.Attempt.Reported);

    static byte[]? ProofOf(Attempt? attempt) => attempt?.Proof is { } proof ? JsonSerializer.SerializeToUtf8Bytes(proof, RowJson.Default.Proof) : null;
}
