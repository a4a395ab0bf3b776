using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>Keeps the queues in step with the runs: what is ready, what waits for room, who holds a slot.</summary>
static class QueueRows
{
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<RunChange> changes)
    {
        var keyed = changes.Where(change => !change.After.LimitKeys.IsDefaultOrEmpty).ToList();
        return Commands(Ready, "Runs/withdraw", changes.Where(change => change.Before is not null).SelectMany(change => Keys(change, change.NoLongerOffered)))
            .Concat(Commands(Ready, "Runs/offer", changes.SelectMany(change => Keys(change, change.NewlyOffered))))
            .Concat(Commands(Blocked, "Runs/unblock", Slots(keyed.Where(change => change is { WasBlocked: true, IsBlocked: false }))))
            .Concat(Commands(Blocked, "Runs/block", Slots(keyed.Where(change => change is { WasBlocked: false, IsBlocked: true }))))
            .Concat(Commands(Held, "Runs/release", Slots(keyed.Where(change => change is { Held: true, Holds: false }))))
            .Concat(Commands(Held, "Runs/hold", Slots(keyed.Where(change => change is { Held: false, Holds: true }))));
    }

    static IEnumerable<NpgsqlBatchCommand> Commands<T>(Columns<T> columns, string sql, IEnumerable<T> rows)
    {
        var all = rows.ToList();
        if (all.Count > 0)
            yield return columns.Command(sql, all);
    }

    static IEnumerable<(QueueKey Key, Guid Run, string Step)> Keys(RunChange change, IEnumerable<Step> steps) =>
        steps.Select(step => (QueueKey.Of(change.After, step.Id), change.After.Id, step.Id));

    static IEnumerable<(Run Run, string Key)> Slots(IEnumerable<RunChange> changes) =>
        changes.SelectMany(change => change.After.LimitKeys, (change, key) => (change.After, key));

    static Columns<(QueueKey Key, Guid Run, string Step)> Ready { get; } = new Columns<(QueueKey Key, Guid Run, string Step)>()
        .Text(row => row.Key.Pool).Text(row => row.Key.Kind).Id(row => row.Key.Organization).Number(row => row.Key.Rank)
        .Long(row => row.Key.Since.ToMicros()).Id(row => row.Run).Text(row => row.Step);

    static Columns<(Run Run, string Key)> Blocked { get; } = new Columns<(Run Run, string Key)>()
        .Id(row => row.Run.Organization).Text(row => row.Key).Number(row => QueueKey.RankOf(row.Run))
        .Long(row => row.Run.CreatedAt.ToMicros()).Id(row => row.Run.Id);

    static Columns<(Run Run, string Key)> Held { get; } = new Columns<(Run Run, string Key)>()
        .Id(row => row.Run.Organization).Text(row => row.Key).Id(row => row.Run.Id);
}
