using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Appends items, logs and marks in the transaction that takes their step's row: none can commit after its fence.</summary>
sealed class Appender(Connection connection, long logCap)
{
    public Appended Append(Append entry, DateTimeOffset now)
    {
        var row = connection.Use("Runs/find_attempt").Bind(entry.Run).Bind(entry.Step).Bind(entry.Fence);
        if (!row.Read())
            return new(0, IsFenced: true);
        var (isOpen, items, logs, bytes) = (row.Bool(), row.Long(), row.Long(), row.Long());
        row.Reset();
        var have = entry.Kind switch { AppendKind.Item => items, AppendKind.Log => logs, _ => 0 };
        if (!isOpen)
            return new(have, IsFenced: true);
        if (entry.Kind.IsMark)
            return Mark(entry, now);
        var plan = AppendPlan.For(entry, have, bytes, logCap);
        if (!plan.IsEmpty)
            Write(entry, plan, now);
        return new(plan.HaveUpTo, IsFenced: false);
    }

    Appended Mark(Append entry, DateTimeOffset now)
    {
        connection.Use("Runs/mark_under_fence")
            .Bind((int)entry.Kind).Bind(entry.FirstSeq).Bind(now).BindText(entry.Rows[^1].Span).Bind(entry.Run).Bind(entry.Step).Bind(entry.Fence).Run();
        return new(entry.FirstSeq, IsFenced: false);
    }

    void Write(Append entry, AppendPlan plan, DateTimeOffset now)
    {
        var seq = plan.FirstSeq;
        foreach (var content in plan.Rows)
        {
            if (entry.Kind is AppendKind.Item)
                Begin("Runs/insert_item", entry, seq++).BindText(content.Span).Run();
            else
                Begin("Runs/insert_log", entry, seq++).Bind(now).BindBlob(content.Span).Run();
        }
        TakeUnderFence(entry, plan);
    }

    Statement Begin(string statement, Append entry, long seq) =>
        connection.Use(statement).Bind(entry.Run).Bind(entry.Fence).Bind(entry.Step).Bind(seq);

    void TakeUnderFence(Append entry, AppendPlan plan)
    {
        var row = entry.Kind is AppendKind.Item
            ? connection.Use("Runs/append_items_under_fence").Bind(plan.HaveUpTo)
            : connection.Use("Runs/append_log_under_fence").Bind(plan.HaveUpTo).Bind(plan.Bytes);
        if (row.Bind(entry.Run).Bind(entry.Step).Bind(entry.Fence).Run() != 1)
            throw new StoreException($"The attempt {entry.Fence} of step {entry.Step} of run {entry.Run} was closed while its rows were appended.");
    }
}
