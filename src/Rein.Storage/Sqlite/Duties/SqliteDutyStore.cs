using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Duties;

sealed class SqliteDutyStore(Writer writer) : IDutyStore
{
    public Task<IReadOnlyList<OwedDuty>> Take(int count, TimeSpan hold, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var taken = connection.Use("Duties/take").Bind(now + hold).Bind(now).Bind(count)
                .ReadAll(row => new OwedDuty(row.Long(), (DutyKind)row.Int(), row.Guid(), row.Guid(), row.Int(), row.Int()));
            taken.Sort((a, b) => a.Id.CompareTo(b.Id));
            return (IReadOnlyList<OwedDuty>)taken;
        }, cancel);

    public Task Done(long duty, CancellationToken cancel) =>
        writer.Write((connection, _) => connection.Use("Runs/delete_duty").Bind(duty).Run(), cancel);

    public Task Defer(long duty, TimeSpan delay, CancellationToken cancel) =>
        writer.Write((connection, now) => connection.Use("Duties/defer").Bind(now + delay).Bind(duty).Run(), cancel);
}
