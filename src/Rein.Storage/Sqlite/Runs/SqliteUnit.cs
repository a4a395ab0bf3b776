using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Engine;
using Rein.Storage.Sqlite.StopLinks;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>One transaction of the one writer. Everything completes on the caller's thread.</summary>
sealed class SqliteUnit(Writer writer, UnitParts parts, Connection connection) : IUnit
{
    bool isOver;

    public DateTimeOffset Now { get; } = writer.Now;

    public Task<LockedRuns> LockRuns(IReadOnlyCollection<Guid> runs, bool wait, CancellationToken cancel) =>
        Task.FromResult(parts.Loader.Lock(runs));

    public Task<IReadOnlyList<Run>> LoadSlices(IReadOnlyList<(Run Run, Slice Slice)> slices, CancellationToken cancel) =>
        Task.FromResult(parts.Loader.LoadSlices(slices));

    public Task<Attempt?> FindArchived(Guid run, string step, long fence, CancellationToken cancel) =>
        Task.FromResult(parts.Loader.FindArchived(run, step, fence));

    public Task<IReadOnlyDictionary<LimitKey, Limit>> LockLimits(IReadOnlyCollection<LimitKey> keys, CancellationToken cancel)
    {
        var found = new Dictionary<LimitKey, Limit>();
        foreach (var key in keys)
        {
            var row = connection.Use("Runs/find_limit").Bind(key.Organization).Bind(key.Key);
            if (row.Read())
                found[key] = new(key, row.Int(), row.Int());
            row.Reset();
        }
        return Task.FromResult<IReadOnlyDictionary<LimitKey, Limit>>(found);
    }

    public Task<IReadOnlyList<Guid>> NextBlocked(LimitKey key, int count, IReadOnlyCollection<Limit> known, CancellationToken cancel)
    {
        var (free, full) = KnownLimits.Of(key.Organization, known);
        return Task.FromResult<IReadOnlyList<Guid>>(
            connection.Use("Runs/next_blocked").Bind(key.Organization).Bind(key.Key).BindText(RowJson.Names(full)).BindText(RowJson.Names(free)).Bind(count)
                .ReadAll(row => row.Guid()));
    }

    public Task<IReadOnlyList<ReadyStep>> NextReady(ReadyQuery query, CancellationToken cancel) => Task.FromResult(parts.Turns.Next(query));

    public Task<IReadOnlyDictionary<StartKey, StartedBefore>> FindStarts(IReadOnlyCollection<StartKey> keys, CancellationToken cancel) =>
        Task.FromResult(parts.StartKeys.Find(keys, writer.AgesNow));

    public Task<IReadOnlyDictionary<(Guid Run, string Step), ReadOnlyMemory<byte>>> FindCheckpoints(
        IReadOnlyCollection<(Guid Run, string Step)> steps, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<(Guid Run, string Step), ReadOnlyMemory<byte>>>(parts.Loader.FindCheckpoints(steps));

    public Task<IReadOnlyList<Appended>> Append(IReadOnlyList<Append> entries, CancellationToken cancel)
    {
        EnsureOpen();
        var appended = new Appended[entries.Count];
        for (var i = 0; i < appended.Length; i++)
            appended[i] = parts.Appender.Append(entries[i], Now);
        return Task.FromResult<IReadOnlyList<Appended>>(appended);
    }

    /// <summary>A write that broke an invariant has rolled everything back: what followed it would be committed by itself.</summary>
    void EnsureOpen()
    {
        if (isOver || !connection.IsInTransaction)
            throw new StoreException("The unit is over: it was committed, or a write of it was refused.");
    }

    public Task Commit(ChangeSet changes, CancellationToken cancel)
    {
        EnsureOpen();
        var fresh = WriteDefinitions(changes);
        foreach (var change in changes.Runs)
            parts.Write(change);
        parts.StartKeys.Write(changes.StartKeys, Now, writer.AgesNow);
        foreach (var link in changes.Links)
            connection.Insert(link);
        foreach (var duty in changes.DutiesDone)
            connection.Use("Runs/delete_duty").Bind(duty).Run();
        foreach (var entry in changes.Audit)
            connection.Note(entry, Now);
        writer.Commit(Now);
        foreach (var definition in fresh)
            parts.Definitions.Add(definition);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (!isOver)
            writer.Leave();
        isOver = true;
        return ValueTask.CompletedTask;
    }

    List<Definition> WriteDefinitions(ChangeSet changes)
    {
        List<Definition> fresh = [];
        foreach (var change in changes.Runs)
            if (change.Before is null && !parts.Definitions.Knows(change.After.Definition) && !fresh.Contains(change.After.Definition))
                fresh.Add(change.After.Definition);
        foreach (var definition in fresh)
            connection.Use("Runs/insert_definition").Bind(DefinitionHash.Of(definition)).BindText(definition.ToJson()).Run();
        return fresh;
    }
}
