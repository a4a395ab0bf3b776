using System.Text.Json;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>Heads, and what a start leaves beside them. Every write of a head says from which revision it comes.</summary>
static class HeadRows
{
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<RunChange> changes)
    {
        foreach (var command in Insert([.. changes.Where(change => change.Before is null)]))
            yield return command;
        var live = changes.Where(change => change.Before is { HasEnded: false }).ToList();
        if (live.Count > 0)
            yield return Live.Command("Runs/update_if_live", live);
        var ended = changes.Where(change => change.Before is { HasEnded: true }).ToList();
        foreach (var change in ended)
            RefuseAllButProof(change.Before!, change.After);
        if (ended.Count > 0)
            yield return Ended.Command("Runs/prove", ended);
    }

    static IEnumerable<NpgsqlBatchCommand> Insert(IReadOnlyList<RunChange> started)
    {
        if (started.Count == 0)
            yield break;
        if (started.FirstOrDefault(change => change.Start is null) is { } unknown)
            throw new StoreException($"Run {unknown.After.Id} is new, but nothing is said of its start.");
        yield return Fresh.Command("Runs/insert", started);
        var inputs = started.Where(change => !change.Start!.Input.IsEmpty).ToList();
        if (inputs.Count > 0)
            yield return Inputs.Command("Runs/insert_inputs", inputs);
        var labels = started.SelectMany(change => change.Start!.Labels.Select(label => (change.After, label.Key, label.Value))).ToList();
        if (labels.Count > 0)
            yield return Labels.Command("Runs/insert_labels", labels);
        var extras = started.Where(change => change.Start!.Extras is not null).ToList();
        if (extras.Count > 0)
            yield return Beside.Command("Runs/insert_extras", extras);
        var checkpoints = started.SelectMany(change => change.Start!.Checkpoints.Select(step => (change.After, step.Key, step.Value))).ToList();
        if (checkpoints.Count > 0)
            yield return Checkpoints.Command("Runs/insert_checkpoints", checkpoints);
    }

    /// <summary>What has ended takes only a proof.</summary>
    static void RefuseAllButProof(Run before, Run run)
    {
        if (run.State != before.State || run.Cause != before.Cause || run.Used != before.Used || run.Credits != before.Credits || run.Items != before.Items)
            throw new StoreException($"Run {run.Id} has ended; only a proof may still change it.");
    }

    static Columns<RunChange> Fresh { get; } = WhatMoves(new Columns<RunChange>()
        .Id(change => change.After.Id).Id(change => change.After.Organization)
        .Bytes(change => DefinitionHash.Of(change.After.Definition).ToArray())
        .Text(change => change.After.Workflow).Number(change => change.After.Version)
        .Bytes(change => change.After.LimitKeys.IsDefaultOrEmpty
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(change.After.LimitKeys, RowJson.Default.ImmutableArrayString))
        .Number(change => change.After.Priority).Id(change => change.After.Parent).Text(change => change.After.ParentStep)
        .Flag(change => change.After.IsDetached).Id(change => change.Start!.Source).Long(change => change.After.CreatedAt.ToMicros())
        .Long(change => change.After.DeadlineAt.ToMicros()).Long(change => change.After.QueueEndsAt.ToMicros()))
        .Text(change => change.After.Pool);

    static Columns<RunChange> Live { get; } = WhatMoves(new Columns<RunChange>().Id(change => change.After.Id).Long(change => change.Before!.Revision));

    static Columns<RunChange> Ended { get; } = new Columns<RunChange>()
        .Id(change => change.After.Id).Long(change => change.Before!.Revision)
        .Long(change => change.After.Revision).Long(change => change.After.ChangedAt.ToMicros()).Number(change => HeadRow.Unproved(change.After))
        .Number(change => HeadRow.Killed(change.After)).Number(change => HeadRow.HandedOut(change.After));

    static Columns<RunChange> WhatMoves(Columns<RunChange> columns) => columns
        .Number(change => (int)change.After.State).Number(change => (int?)change.After.Cause).Text(change => change.After.Error)
        .Bytes(change => change.After.Stop is { } stop ? JsonSerializer.SerializeToUtf8Bytes(stop, RowJson.Default.StopRequest) : null)
        .Bytes(change => change.After.Pause is { } pause ? JsonSerializer.SerializeToUtf8Bytes(pause, RowJson.Default.PauseRequest) : null)
        .Long(change => change.After.CleanUpEndsAt.ToMicros()).Long(change => change.After.Revision)
        .Number(change => change.After.Open).Number(change => HeadRow.Active(change.After)).Number(change => HeadRow.Ready(change.After))
        .Number(change => HeadRow.Unproved(change.After)).Number(change => HeadRow.Killed(change.After)).Number(change => HeadRow.HandedOut(change.After))
        .Number(change => change.After.SucceededSteps).Number(change => change.After.FailedSteps).Number(change => change.After.ToleratedFailures)
        .Flag(change => change.After.LostWorker).Flag(change => change.After.HasBegun).Flag(change => change.After.IsBlocked)
        .Number(change => change.After.Children)
        .Long(change => change.After.StartedAt.ToMicros()).Long(change => change.After.EndedAt.ToMicros()).Long(change => change.After.ChangedAt.ToMicros())
        .Long(change => change.After.DueAt.ToMicros()).Long(change => change.After.Used.ToMicros()).Long(change => change.After.Items)
        .Long(change => change.After.Credits)
        .Bytes(change => change.After.Budget is { } budget ? JsonSerializer.SerializeToUtf8Bytes(budget, RowJson.Default.Budget) : null);

    static Columns<RunChange> Inputs { get; } = new Columns<RunChange>().Id(change => change.After.Id).Bytes(change => change.Start!.Input.ToArray());

    static Columns<(Run Run, string Name, string Value)> Labels { get; } = new Columns<(Run Run, string Name, string Value)>()
        .Id(row => row.Run.Id).Text(row => row.Name).Text(row => row.Value).Id(row => row.Run.Organization);

    static Columns<RunChange> Beside { get; } = new Columns<RunChange>()
        .Id(change => change.After.Id).Id(change => change.After.Organization)
        .Text(change => change.Start!.Extras!.Alias).Bytes(change => change.Start!.Extras!.Json.ToArray());

    static Columns<(Run Run, string Step, ReadOnlyMemory<byte> Json)> Checkpoints { get; } = new Columns<(Run Run, string Step, ReadOnlyMemory<byte> Json)>()
        .Id(row => row.Run.Id).Text(row => row.Step).Long(row => row.Run.CreatedAt.ToMicros()).Bytes(row => row.Json.ToArray());
}
