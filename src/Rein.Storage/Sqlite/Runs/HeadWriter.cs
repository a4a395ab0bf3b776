using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Writes heads, and what a start leaves beside them. Every write of a head says from which revision it comes.</summary>
sealed class HeadWriter(Connection connection, JsonBuffer json)
{
    public void Write(RunChange change)
    {
        if (change.Before is null)
            Insert(change.After, change.Start ?? throw new StoreException($"Run {change.After.Id} is new, but nothing is said of its start."));
        else if (change.Before.HasEnded)
            Prove(change.Before, change.After);
        else
            UpdateIfLive(change.Before, change.After);
    }

    void Insert(Run run, StartRun start)
    {
        var row = connection.Use("Runs/insert")
            .Bind(run.Id).Bind(run.Organization).Bind(DefinitionHash.Of(run.Definition)).Bind(run.Workflow).Bind(run.Version);
        row = run.LimitKeys.IsDefaultOrEmpty ? row.BindNull() : row.BindText(json.Names(run.LimitKeys));
        row.Bind(run.Priority).Bind(run.Parent).Bind(run.ParentStep).Bind(run.IsDetached).Bind(start.Source)
            .Bind(run.CreatedAt).Bind(run.DeadlineAt).Bind(run.QueueEndsAt);
        BindWhatMoves(row, run).Bind(run.Pool).Run();
        if (!start.Input.IsEmpty)
            connection.Use("Runs/insert_input").Bind(run.Id).BindText(start.Input).Run();
        foreach (var (name, value) in start.Labels)
            connection.Use("Runs/insert_label").Bind(run.Id).Bind(name).Bind(value).Bind(run.Organization).Run();
        if (start.Extras is { } extras)
            connection.Use("Runs/insert_extras").Bind(run.Id).Bind(run.Organization).Bind(extras.Alias).BindText(extras.Json).Run();
        foreach (var (step, checkpoint) in start.Checkpoints)
            connection.Use("Runs/insert_checkpoint").Bind(run.Id).Bind(step).Bind(run.CreatedAt).BindText(checkpoint).Run();
    }

    void UpdateIfLive(Run before, Run run)
    {
        var row = connection.Use("Runs/update_if_live");
        if (BindWhatMoves(row, run).Bind(run.Id).Bind(before.Revision).Run() != 1)
            throw Moved(before);
    }

    /// <summary>What has ended takes only a proof.</summary>
    void Prove(Run before, Run run)
    {
        if (run.State != before.State || run.Cause != before.Cause || run.Used != before.Used || run.Credits != before.Credits || run.Items != before.Items)
            throw new StoreException($"Run {run.Id} has ended; only a proof may still change it.");
        var changed = connection.Use("Runs/prove")
            .Bind(run.Revision).Bind(run.ChangedAt).Bind(HeadRow.Unproved(run)).Bind(HeadRow.Killed(run)).Bind(HeadRow.HandedOut(run))
            .Bind(run.Id).Bind(before.Revision).Run();
        if (changed != 1)
            throw Moved(before);
    }

    static StoreException Moved(Run before) => new($"Run {before.Id} is not at revision {before.Revision} any more, or has ended since it was loaded.");

    Statement BindWhatMoves(Statement row, Run run)
    {
        row.Bind((int)run.State).Bind((int?)run.Cause).Bind(run.Error);
        row = run.Stop is { } stop ? row.BindText(json.Stop(stop)) : row.BindNull();
        row = run.Pause is { } pause ? row.BindText(json.Pause(pause)) : row.BindNull();
        row.Bind(run.CleanUpEndsAt).Bind(run.Revision)
            .Bind(run.Open).Bind(HeadRow.Active(run)).Bind(HeadRow.Ready(run))
            .Bind(HeadRow.Unproved(run)).Bind(HeadRow.Killed(run)).Bind(HeadRow.HandedOut(run))
            .Bind(run.SucceededSteps).Bind(run.FailedSteps).Bind(run.ToleratedFailures)
            .Bind(run.LostWorker).Bind(run.HasBegun).Bind(run.IsBlocked).Bind(run.Children)
            .Bind(run.StartedAt).Bind(run.EndedAt).Bind(run.ChangedAt).Bind(run.DueAt).Bind(run.Used).Bind(run.Items)
            .Bind(run.Credits);
        return run.Budget is { } budget ? row.BindText(json.Budget(budget)) : row.BindNull();
    }
}
