using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.StopLinks;

static class StopLinkRows
{
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<StopLink> links) => links.Count == 0 ? [] : [All.Command("StopLinks/insert", links)];

    public static Columns<StopLink> All { get; } = new Columns<StopLink>()
        .Id(link => link.Id).Id(link => link.Organization).Id(link => link.Run).Text(link => link.Prefix).Bytes(link => link.Hash.ToArray())
        .Text(link => link.Name).Text(link => link.Creator).Long(link => link.CreatedAt.ToMicros()).Long(link => link.ExpiresAt?.ToMicros());
}
