using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>Idempotency keys of starts. They are kept for a day, and forgotten in passing.</summary>
static class StartKeys
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public static long ForgottenAt(DateTimeOffset now) => (now - Kept).ToMicros();

    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<(StartKey Key, StartedBefore Start)> used, DateTimeOffset now)
    {
        if (used.Count == 0)
            yield break;
        var rows = used.Select(use => new Row(use.Key, use.Start, now)).ToList();
        var forgotten = Arg.Of(ForgottenAt(now));
        yield return Engine.Commands.BatchCommand(
            "Runs/forget_start_keys", Arg.Of([.. used.Select(use => use.Key.Organization)]), Arg.Of(used.Select(use => use.Key.Key)), forgotten);
        yield return All.Command("Runs/insert_start_keys", rows);
        yield return Engine.Commands.BatchCommand("Runs/forget_old_start_keys", Arg.Of(ForgottenAt(now)));
    }

    readonly record struct Row(StartKey Key, StartedBefore Start, DateTimeOffset At);

    static Columns<Row> All { get; } = new Columns<Row>()
        .Id(row => row.Key.Organization).Text(row => row.Key.Key).Bytes(row => [.. row.Start.Digest]).Id(row => row.Start.Run).Long(row => row.At.ToMicros());
}
