using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Audit;

sealed class PostgresAuditStore(Database database) : IAuditStore
{
    public async Task<IReadOnlyList<AuditLine>> List(AuditQuery query, CancellationToken cancel) =>
        await database.Read(
            "Audit/list", Read, cancel,
            Arg.Of(query.Organization), Arg.Of(query.Before ?? long.MaxValue), Arg.Of((int?)query.Action), Arg.Of(query.Actor), Arg.Of(query.Target),
            Arg.Of(query.Since?.ToMicros()), Arg.Of(query.Until?.ToMicros()), Arg.Of((long)query.Count)).ConfigureAwait(false);

    static AuditLine Read(Cells cells) =>
        new(cells.Long(), cells.Time(), new(cells.Id(), cells.Text(), (AuditAction)cells.Number(), cells.Text(), cells.Id()) { Detail = cells.TextOrNull() });
}

static class AuditRows
{
    /// <summary>In the transaction of what it tells of.</summary>
    public static async Task Note(this NpgsqlConnection connection, AuditEntry? entry, CancellationToken cancel)
    {
        if (entry is not null)
            await connection.Execute("Audit/insert", cancel, Args(entry)).ConfigureAwait(false);
    }

    public static NpgsqlBatchCommand Command(AuditEntry entry) => Commands.BatchCommand("Audit/insert", Args(entry));

    static NpgsqlParameter[] Args(AuditEntry entry) =>
    [
        Arg.Of(entry.Organization), Arg.Of(entry.Actor), Arg.Of((int)entry.Action), Arg.Of(entry.Target), Arg.Of(entry.Request), Arg.Of(entry.Detail),
    ];
}
