using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Duties;

sealed class PostgresDutyStore(Database database) : IDutyStore
{
    public async Task<IReadOnlyList<OwedDuty>> Take(int count, TimeSpan hold, CancellationToken cancel)
    {
        var taken = await database.Query(
            "Duties/take",
            cells => new OwedDuty(cells.Long(), (DutyKind)cells.Number(), cells.Id(), cells.Id(), cells.Number(), cells.Number()),
            cancel,
            Arg.Of((long)count), Arg.Of(hold.ToMicros())).ConfigureAwait(false);
        taken.Sort((a, b) => a.Id.CompareTo(b.Id));
        return taken;
    }

    public Task Done(long duty, CancellationToken cancel) => database.Execute("Runs/delete_duties", cancel, Arg.Of([duty]));

    public Task Defer(long duty, TimeSpan delay, CancellationToken cancel) => database.Execute("Duties/defer", cancel, Arg.Of(duty), Arg.Of(delay.ToMicros()));
}
