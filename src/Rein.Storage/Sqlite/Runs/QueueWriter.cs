using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Keeps the queues in step with the runs: what is ready, what waits for room, who holds a slot.</summary>
sealed class QueueWriter(Connection connection)
{
    public void Write(RunChange change)
    {
        if (change.Before is not null)
            foreach (var step in change.NoLongerOffered)
                Move("Runs/withdraw", change.After, step);
        if (change.HasUnknownQueue())
            connection.Use("Runs/withdraw_all").Bind(change.After.Id).Run();
        if (change.HasUnknownSlots())
            GiveBackAll(change.After.Id);
        foreach (var step in change.NewlyOffered)
            Move("Runs/offer", change.After, step);
        if (change.After.LimitKeys.IsDefaultOrEmpty)
            return;
        if (change.WasBlocked != change.IsBlocked)
            Block(change.After, change.IsBlocked ? "Runs/block" : "Runs/unblock");
        if (change.Held != change.Holds)
            Hold(change.After, change.Holds);
    }

    void GiveBackAll(Guid run)
    {
        connection.Use("Runs/count_down_all").Bind(run).Run();
        connection.Use("Runs/release_all").Bind(run).Run();
        connection.Use("Runs/unblock_all").Bind(run).Run();
    }

    void Move(string statement, Run run, Step step)
    {
        var key = QueueKey.Of(run, step.Id);
        connection.Use(statement)
            .Bind(key.Pool).Bind(key.Kind).Bind(key.Organization).Bind(key.Rank).Bind(key.Since).Bind(run.Id).Bind(step.Id).Run();
    }

    void Block(Run run, string statement)
    {
        foreach (var key in run.LimitKeys)
            connection.Use(statement).Bind(run.Organization).Bind(key).Bind(QueueKey.RankOf(run)).Bind(run.CreatedAt).Bind(run.Id).Run();
    }

    /// <summary>A limit counts its holders; the rows of the holders are there with or without one.</summary>
    void Hold(Run run, bool holds)
    {
        foreach (var key in run.LimitKeys)
        {
            var changed = connection.Use(holds ? "Runs/hold" : "Runs/release").Bind(run.Organization).Bind(key).Bind(run.Id).Run();
            connection.Use("Runs/change_held").Bind(holds ? changed : -changed).Bind(run.Organization).Bind(key).Run();
        }
    }
}
