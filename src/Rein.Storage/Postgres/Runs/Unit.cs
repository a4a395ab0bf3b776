using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>
/// One connection, one transaction. Whoever waits for a run (`wait`) does so before holding anything else; its lock is that of its steps too,
/// which have none of their own; ready rows are only taken where the run is free, and slots are given back without a lock. So units do
/// not wait for each other in circles.
/// </summary>
sealed class Unit(
    Database database, Turns turns, NpgsqlConnection connection, NpgsqlTransaction transaction, TransactionId id, DateTimeOffset now) : IUnit
{
    readonly HashSet<(Guid Run, string Step)> handedOut = [];
    readonly HashSet<Guid> asked = [];

    public DateTimeOffset Now { get; private set; } = now;

    public async Task<LockedRuns> LockRuns(IReadOnlyCollection<Guid> runs, bool wait, CancellationToken cancel)
    {
        var ids = runs.Distinct().ToArray();
        asked.UnionWith(ids);
        var locked = await connection.Query(wait ? "Runs/lock" : "Runs/lock_free", ReadLocked, cancel, Arg.Of(ids)).ConfigureAwait(false);
        var heads = await connection.Complete(database, locked, cancel).ConfigureAwait(false);
        var found = heads.ToDictionary(run => run.Id);
        return new(found, await FindSkipped(ids, found, wait, cancel).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<Run>> LoadSlices(IReadOnlyList<(Run Run, Slice Slice)> slices, CancellationToken cancel)
    {
        var load = new SliceLoad(slices, database.Settled);
        return load.IsEmpty ? load.Finish() : await load.Run(connection, cancel).ConfigureAwait(false);
    }

    public async Task<Attempt?> FindArchived(Guid run, string step, long fence, CancellationToken cancel)
    {
        var found = await connection.Query("Runs/find_archived", Steps.ReadArchived, cancel, Arg.Of(run), Arg.Of(step), Arg.Of(fence)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public Task<IReadOnlyDictionary<LimitKey, Limit>> LockLimits(IReadOnlyCollection<LimitKey> keys, CancellationToken cancel) =>
        Limits.Lock(connection, keys, cancel);

    public async Task<IReadOnlyList<Guid>> NextBlocked(LimitKey key, int count, IReadOnlyCollection<Limit> known, CancellationToken cancel)
    {
        var (free, full) = KnownLimits.Of(key.Organization, known);
        return await connection.QueryInOrder(
            "Runs/next_blocked", cells => cells.Id(), cancel, Arg.Of(key.Organization), Arg.Of(key.Key), Arg.Of((long)count), Arg.Of(free), Arg.Of(full)).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<ReadyStep>> NextReady(ReadyQuery query, CancellationToken cancel) =>
        new ReadyClaim(connection, turns, handedOut, query).Take(cancel);

    public async Task<IReadOnlyDictionary<StartKey, StartedBefore>> FindStarts(IReadOnlyCollection<StartKey> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
            return new Dictionary<StartKey, StartedBefore>();
        var found = await connection.Query(
            "Runs/find_starts",
            cells => (Key: new StartKey(cells.Id(), cells.Text()), Start: new StartedBefore([.. cells.Bytes()], cells.Id())),
            cancel,
            Arg.Of([.. keys.Select(key => key.Organization)]), Arg.Of(keys.Select(key => key.Key)), Arg.Of(StartKeys.ForgottenAt(Now)))
            .ConfigureAwait(false);
        return found.DistinctBy(row => row.Key).ToDictionary(row => row.Key, row => row.Start);
    }

    public async Task<IReadOnlyDictionary<(Guid Run, string Step), ReadOnlyMemory<byte>>> FindCheckpoints(
        IReadOnlyCollection<(Guid Run, string Step)> steps, CancellationToken cancel)
    {
        if (steps.Count == 0)
            return new Dictionary<(Guid Run, string Step), ReadOnlyMemory<byte>>();
        var found = await connection.Query(
            "Runs/find_checkpoints", cells => (Step: (cells.Id(), cells.Text()), Json: cells.Bytes()), cancel,
            Arg.Of([.. steps.Select(step => step.Run)]), Arg.Of(steps.Select(step => step.Step))).ConfigureAwait(false);
        return found.DistinctBy(row => row.Step).ToDictionary(row => row.Step, row => (ReadOnlyMemory<byte>)row.Json);
    }

    public Task<IReadOnlyList<Appended>> Append(IReadOnlyList<Append> entries, CancellationToken cancel)
    {
        if (entries.FirstOrDefault(entry => !asked.Contains(entry.Run)) is { } stray)
            throw new InvalidOperationException($"Run {stray.Run:D} is appended to without its lock.");
        return new Appending(connection, entries, Now, database.LogCap).Run(cancel);
    }

    public Task Commit(ChangeSet changes, CancellationToken cancel) =>
        new Commit(database, connection, id, changes, Now).Run(cancel);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is not null || exception is InvalidOperationException)
        {
            // The connection is gone, and the transaction with it: nothing happened, which is what was asked for.
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    (Run, DefinitionHash) ReadLocked(Cells cells)
    {
        var head = Heads.Read(cells, database);
        var clock = cells.Time();
        Now = clock > Now ? clock : Now;
        return head;
    }

    async Task<IReadOnlyList<Guid>> FindSkipped(Guid[] wanted, Dictionary<Guid, Run> found, bool wait, CancellationToken cancel)
    {
        if (wait || found.Count == wanted.Length)
            return [];
        var missing = wanted.Where(run => !found.ContainsKey(run)).ToArray();
        return await connection.Query("Runs/existing", cells => cells.Id(), cancel, Arg.Of(missing)).ConfigureAwait(false);
    }
}
