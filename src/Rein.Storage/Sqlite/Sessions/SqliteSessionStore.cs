using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Sessions;

sealed class SqliteSessionStore(Writer writer, Readers readers) : ISessionStore
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public Task<IReadOnlyList<Session>> Open(Session session, TimeSpan lease, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            connection.Use("Sessions/forget_ended").Bind(now - Kept).Run();
            var former = connection.Use("Sessions/end_former").Bind(now).Bind(session.Organization).Bind(session.Worker).ReadAll(Read);
            // Whoever comes back while its session is drained is drained still.
            Insert(connection, session with { Drain = former.Find(one => one.Drain is not null)?.Drain }, now + lease);
            return (IReadOnlyList<Session>)former;
        }, cancel);

    public Task<bool> Renew(Guid session, TimeSpan lease, int lost, int? capacity, CancellationToken cancel) =>
        writer.Write((connection, now) => connection.Use("Sessions/renew").Bind(now + lease).Bind(now).Bind(lost).Bind(capacity).Bind(session).Run() == 1, cancel);

    public Task End(Guid session, CancellationToken cancel) =>
        writer.Write((connection, now) => connection.Use("Sessions/end").Bind(now).Bind(session).Run(), cancel);

    public Task<DateTimeOffset> Now(CancellationToken cancel) => Task.FromResult(writer.Now);

    public Task<IReadOnlyList<Session>> EndExpired(DateTimeOffset asOf, CancellationToken cancel) =>
        writer.Write((connection, now) => (IReadOnlyList<Session>)connection.Use("Sessions/end_expired").Bind(now).Bind(asOf).ReadAll(Read), cancel);

    public Task RenewAll(TimeSpan lease, CancellationToken cancel) =>
        writer.Write((connection, now) => connection.Use("Sessions/renew_all").Bind(now + lease).Run(), cancel);

    public Task<IReadOnlyList<HeldAttempt>> Orphaned(int count, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<HeldAttempt>)connection.Use("Sessions/orphaned").Bind(count).ReadAll(ReadHeld), cancel);

    public Task<IReadOnlyList<HeldAttempt>> OrphanedOf(Guid? organization, string worker, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<HeldAttempt>)connection.Use("Sessions/orphaned_of").Bind(worker).Bind(organization).ReadAll(ReadHeld), cancel);

    public Task<IReadOnlyList<HeldAttempt>> Held(Guid session, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<HeldAttempt>)connection.Use("Sessions/held").Bind(session).ReadAll(ReadHeld), cancel);

    public Task<IReadOnlyList<OutstandingStop>> Outstanding(Guid session, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<OutstandingStop>)connection.Use("Sessions/outstanding")
            .Bind(session).ReadAll(row => ReadOutstanding(row, writer.Now)), cancel);

    public Task<IReadOnlyList<HeldAttempt>> Unproved(Guid? organization, string worker, int count, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<HeldAttempt>)connection.Use("Sessions/unproved")
            .Bind(worker).Bind(organization).Bind(count).ReadAll(ReadHeld), cancel);

    public Task<IReadOnlyList<HeldAttempt>> Former(Guid session, int count, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<HeldAttempt>)connection.Use("Sessions/former").Bind(session).Bind(count).ReadAll(ReadHeld), cancel);

    public Task<IReadOnlyList<HeldAttempt>> Handed(Guid organization, string worker, IReadOnlyList<HeldAttempt> attempts, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<HeldAttempt>>(
            connection => [.. attempts.SelectMany(one => connection.Use("Sessions/handed")
                .Bind(one.Run).Bind(one.Step).Bind(one.Fence).Bind(worker).Bind(organization).ReadAll(ReadHeld))], cancel);

    public Task<Session?> FindOf(Guid organization, string worker, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Sessions/find_of").Bind(organization).Bind(worker).ReadAll(Read).FirstOrDefault(), cancel);

    public Task<Session?> Find(Guid session, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Sessions/find").Bind(session).ReadAll(Read).FirstOrDefault(), cancel);

    public Task<IReadOnlyList<Session>> List(Guid? organization, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<Session>)connection.Use("Sessions/list").Bind(organization).ReadAll(Read), cancel);

    static void Insert(Connection connection, Session session, DateTimeOffset leaseEndsAt)
    {
        using var json = new JsonBuffer();
        connection.Use("Sessions/insert")
            .Bind(session.Id).Bind(session.Organization).Bind(session.Worker).Bind(session.Pool).BindText(json.Names(session.Kinds))
            .Bind(session.Capacity).Bind(session.OpenedAt).Bind(leaseEndsAt).Bind(session.Version).Bind(session.Node).Bind(session.Address)
            .Bind(session.Drain?.Since).Bind(session.Drain?.By).Bind(session.Drain?.HandBackAt).Run();
    }

    static Session Read(Statement row) =>
        new(row.Guid(), row.GuidOrNull(), row.Text(), row.TextOrNull(), JsonColumn.Names(row.Bytes()), row.Int(), row.Time())
        {
            Version = row.TextOrNull(),
            Node = row.TextOrNull(),
            Address = row.TextOrNull(),
            BeatAt = row.TimeOrNull(),
            Lost = row.Int(),
            Drain = DrainOf(row.TimeOrNull(), row.TextOrNull(), row.TimeOrNull()),
        };

    public static Drain? DrainOf(DateTimeOffset? since, string? by, DateTimeOffset? handBackAt) => since is { } at ? new(at, by ?? "", handBackAt) : null;

    static HeldAttempt ReadHeld(Statement row) => new(row.Guid(), row.Text(), row.Long(), row.Guid());

    static OutstandingStop ReadOutstanding(Statement row, DateTimeOffset now) => new(ReadHeld(row), row.Bool(), JsonColumn.Stop(row.Bytes()), now);
}
