using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Sessions;

sealed class PostgresSessionStore(Database database) : ISessionStore
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public async Task<IReadOnlyList<Session>> Open(Session session, TimeSpan lease, CancellationToken cancel)
    {
        await database.Execute("Sessions/forget_ended", cancel, Arg.Of(Kept.ToMicros())).ConfigureAwait(false);
        return await database.Query(
            "Sessions/open", Read, cancel,
            Arg.Of(session.Id), Arg.Of(session.Organization), Arg.Of(session.Worker), Arg.Of(session.Pool), Arg.Of(session.Kinds),
            Arg.Of(session.Capacity), Arg.Of(session.OpenedAt.ToMicros()), Arg.Of(lease.ToMicros()),
            Arg.Of(session.Version), Arg.Of(session.Node), Arg.Of(session.Address)).ConfigureAwait(false);
    }

    public async Task<bool> Renew(Guid session, TimeSpan lease, int lost, int? capacity, CancellationToken cancel) =>
        await database.Execute("Sessions/renew", cancel, Arg.Of(session), Arg.Of(lease.ToMicros()), Arg.Of(lost), Arg.Of(capacity)).ConfigureAwait(false) == 1;

    public Task End(Guid session, CancellationToken cancel) => database.Execute("Sessions/end", cancel, Arg.Of(session));

    public async Task<DateTimeOffset> Now(CancellationToken cancel) =>
        (await database.Read("Engine/now", cells => cells.Time(), cancel).ConfigureAwait(false))[0];

    public async Task<IReadOnlyList<Session>> EndExpired(DateTimeOffset asOf, CancellationToken cancel) =>
        await database.Query("Sessions/end_expired", Read, cancel, Arg.Of(asOf.ToMicros())).ConfigureAwait(false);

    public Task RenewAll(TimeSpan lease, CancellationToken cancel) => database.Execute("Sessions/renew_all", cancel, Arg.Of(lease.ToMicros()));

    public async Task<IReadOnlyList<HeldAttempt>> Orphaned(int count, CancellationToken cancel) =>
        await database.Read("Sessions/orphaned", ReadHeld, cancel, Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<HeldAttempt>> OrphanedOf(Guid? organization, string worker, CancellationToken cancel) =>
        await database.Read("Sessions/orphaned_of", ReadHeld, cancel, Arg.Of(worker), Arg.Of(organization)).ConfigureAwait(false);

    public async Task<IReadOnlyList<HeldAttempt>> Held(Guid session, CancellationToken cancel) =>
        await database.Read("Sessions/held", ReadHeld, cancel, Arg.Of(session)).ConfigureAwait(false);

    public async Task<IReadOnlyList<OutstandingStop>> Outstanding(Guid session, CancellationToken cancel) =>
        await database.Read("Sessions/outstanding", ReadOutstanding, cancel, Arg.Of(session)).ConfigureAwait(false);

    public async Task<IReadOnlyList<HeldAttempt>> Unproved(Guid? organization, string worker, int count, CancellationToken cancel) =>
        await database.Read("Sessions/unproved", ReadHeld, cancel, Arg.Of(worker), Arg.Of(organization), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<HeldAttempt>> Former(Guid session, int count, CancellationToken cancel) =>
        await database.Read("Sessions/former", ReadHeld, cancel, Arg.Of(session), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<HeldAttempt>> Handed(Guid organization, string worker, IReadOnlyList<HeldAttempt> attempts, CancellationToken cancel) =>
        await database.Read(
            "Sessions/handed", ReadHeld, cancel, Arg.Of(organization), Arg.Of(worker),
            Arg.Of(attempts.Select(one => one.Run).ToArray()), Arg.Of(attempts.Select(one => one.Step)), Arg.Of(attempts.Select(one => one.Fence).ToArray())).ConfigureAwait(false);

    public async Task<Session?> FindOf(Guid organization, string worker, CancellationToken cancel) =>
        (await database.Read("Sessions/find_of", Read, cancel, Arg.Of(organization), Arg.Of(worker)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<Session?> Find(Guid session, CancellationToken cancel) =>
        (await database.Read("Sessions/find", Read, cancel, Arg.Of(session)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<IReadOnlyList<Session>> List(Guid? organization, CancellationToken cancel) =>
        await database.Read("Sessions/list", Read, cancel, Arg.Of(organization)).ConfigureAwait(false);

    static Session Read(Cells cells) =>
        new(cells.Id(), cells.IdOrNull(), cells.Text(), cells.TextOrNull(), [.. cells.Texts()], cells.Number(), cells.Time())
        {
            Version = cells.TextOrNull(),
            Node = cells.TextOrNull(),
            Address = cells.TextOrNull(),
            BeatAt = cells.TimeOrNull(),
            Lost = cells.Number(),
            Drain = DrainOf(cells.TimeOrNull(), cells.TextOrNull(), cells.TimeOrNull()),
        };

    public static Drain? DrainOf(DateTimeOffset? since, string? by, DateTimeOffset? handBackAt) => since is { } at ? new(at, by ?? "", handBackAt) : null;

    static HeldAttempt ReadHeld(Cells cells) => new(cells.Id(), cells.Text(), cells.Long(), cells.Id());

    static OutstandingStop ReadOutstanding(Cells cells) => new(ReadHeld(cells), cells.Flag(), JsonColumn.Stop(cells.BytesOrNull()), cells.Time());
}
