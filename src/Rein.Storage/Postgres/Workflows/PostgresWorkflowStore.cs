using Npgsql;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Postgres.Extras;
using Rein.Storage.Postgres.Runs;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Workflows;

sealed class PostgresWorkflowStore(Database database) : IWorkflowStore
{
    /// <summary>Under a lock of the name, so that two who save at once make two versions, or one where they say the same.</summary>
    public async Task<WorkflowVersion> Save(
        Guid organization, string name, Definition definition, int? maxRunning, AuditEntry? audit, CancellationToken cancel) =>
        (await Save(null, organization, name, definition, maxRunning, null, audit, cancel).ConfigureAwait(false))!;

    public Task<WorkflowVersion?> SaveOver(
        int seen, Guid organization, string name, Definition definition, int? maxRunning, BesideExchange? beside, AuditEntry? audit, CancellationToken cancel) =>
        Save(seen, organization, name, definition, maxRunning, beside, audit, cancel);

    async Task<WorkflowVersion?> Save(
        int? seen, Guid organization, string name, Definition definition, int? maxRunning, BesideExchange? beside, AuditEntry? audit, CancellationToken cancel)
    {
        var saved = await database.Transact(
            connection => SaveLocked(connection, new(Guid.Empty, organization, name, 0, definition, maxRunning, default), seen, beside, audit, cancel), cancel)
            .ConfigureAwait(false);
        if (saved is not null)
            database.Definitions.Add(definition);
        return saved;
    }

    public async Task<WorkflowVersion?> Find(Guid organization, string name, int? version, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await Find(connection, organization, name, version, cancel).ConfigureAwait(false);
    }

    public async Task<string?> NameOf(Guid organization, Guid id, CancellationToken cancel) =>
        (await database.Read("Workflows/name_of", cells => cells.Text(), cancel, Arg.Of(organization), Arg.Of(id)).ConfigureAwait(false)).FirstOrDefault();

    public async Task<IReadOnlyList<string>> NamesBetween(Guid organization, Guid first, Guid last, CancellationToken cancel) =>
        await database.Read("Workflows/names_between", cells => cells.Text(), cancel, Arg.Of(organization), Arg.Of(first), Arg.Of(last)).ConfigureAwait(false);

    public async Task<IReadOnlyList<string>> Names(Guid organization, string? after, int skip, int count, CancellationToken cancel) =>
        await database.Read("Workflows/names", cells => cells.Text(), cancel, Arg.Of(organization), Arg.Of(after ?? ""), Arg.Of((long)count), Arg.Of((long)skip))
            .ConfigureAwait(false);

    public async Task<long> Count(Guid organization, CancellationToken cancel) =>
        (await database.Read("Workflows/count", cells => cells.Long(), cancel, Arg.Of(organization)).ConfigureAwait(false))[0];

    public async Task<IReadOnlyList<WorkflowVersion>> List(Guid organization, string? after, int skip, int count, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var rows = await connection.Query("Workflows/list", Read, cancel, Arg.Of(organization), Arg.Of(after ?? ""), Arg.Of((long)count), Arg.Of((long)skip))
                .ConfigureAwait(false);
            return await Complete(connection, rows, cancel).ConfigureAwait(false);
        }
    }

    async Task<WorkflowVersion?> SaveLocked(NpgsqlConnection connection, WorkflowVersion draft, int? seen, BesideExchange? beside, AuditEntry? audit, CancellationToken cancel)
    {
        await connection.Query("Workflows/lock", cells => true, cancel, Arg.Of(draft.Organization), Arg.Of(draft.Name)).ConfigureAwait(false);
        var now = (await connection.Query("Engine/now", cells => cells.Time(), cancel).ConfigureAwait(false))[0];
        var latest = await Find(connection, draft.Organization, draft.Name, version: null, cancel).ConfigureAwait(false);
        if (seen is not null && latest?.Version != seen)
            return null;
        if (beside is { } exchange && !await PostgresExtraStore.Exchange(connection, draft.Organization, draft.Name, exchange, cancel).ConfigureAwait(false))
            return null;
        await SetLimit(
            connection, LimitKey.OfWorkflow(draft.Organization, draft.Name), draft.Name, draft.MaxRunning, isNew: latest is not { MaxRunning: not null }, cancel)
            .ConfigureAwait(false);
        if (latest is not null && latest.Definition.Hash == draft.Definition.Hash && latest.MaxRunning == draft.MaxRunning)
            return latest;
        var next = draft with { Id = latest?.Id ?? Guid.CreateVersion7(now), Version = (latest?.Version ?? 0) + 1, SavedAt = now };
        await Insert(connection, next, cancel).ConfigureAwait(false);
        await connection.Note(next.Note(audit), cancel).ConfigureAwait(false);
        return next;
    }

    /// <summary>
    /// Where there was none, runs that live are counted first: locked before the limit is, in the one order of locks. One whose keys cannot be read any more is not.
    /// </summary>
    static async Task SetLimit(NpgsqlConnection connection, LimitKey key, string workflow, int? max, bool isNew, CancellationToken cancel)
    {
        if (max is not null && isNew)
        {
            var live = await connection.Query(
                "Workflows/lock_live", cells => (Run: cells.Id(), Keys: JsonColumn.LimitKeys(cells.BytesOrNull())), cancel, Arg.Of(key.Organization), Arg.Of(workflow))
                .ConfigureAwait(false);
            Guid[] sound = [.. live.Where(run => run.Keys != Damage.LimitKeys).Select(run => run.Run)];
            await connection.Execute("Workflows/count_live", cancel, Arg.Of(sound), Arg.Of(key.Key)).ConfigureAwait(false);
        }
        await (max is null
            ? connection.Execute("Limits/remove", cancel, Arg.Of(key.Organization), Arg.Of(key.Key))
            : connection.Execute("Limits/put", cancel, Arg.Of(key.Organization), Arg.Of(key.Key), Arg.Of(max.Value))).ConfigureAwait(false);
    }

    static async Task Insert(NpgsqlConnection connection, WorkflowVersion version, CancellationToken cancel)
    {
        var hash = DefinitionHash.Of(version.Definition).ToArray();
        await connection.Execute("Runs/insert_definitions", cancel, Arg.Of([hash]), Arg.Of([version.Definition.ToJson().ToArray()])).ConfigureAwait(false);
        await connection.Execute(
            "Workflows/insert", cancel,
            Arg.Of(version.Id), Arg.Of(version.Organization), Arg.Of(version.Name), Arg.Of(version.Version), Arg.Of(hash), Arg.Of(version.MaxRunning),
            Arg.Of(version.SavedAt.ToMicros())).ConfigureAwait(false);
    }

    async Task<WorkflowVersion?> Find(NpgsqlConnection connection, Guid organization, string name, int? version, CancellationToken cancel)
    {
        var rows = version is { } number
            ? await connection.Query("Workflows/find", Read, cancel, Arg.Of(organization), Arg.Of(name), Arg.Of(number)).ConfigureAwait(false)
            : await connection.Query("Workflows/latest", Read, cancel, Arg.Of(organization), Arg.Of(name)).ConfigureAwait(false);
        return (await Complete(connection, rows, cancel).ConfigureAwait(false)).FirstOrDefault();
    }

    async Task<List<WorkflowVersion>> Complete(
        NpgsqlConnection connection, List<(WorkflowVersion Version, DefinitionHash Definition)> rows, CancellationToken cancel)
    {
        var missing = rows.Where(row => row.Version.Definition is null).Select(row => row.Definition);
        var known = await connection.LoadDefinitions(database, missing, cancel).ConfigureAwait(false);
        return rows.ConvertAll(row => row.Version.Definition is not null ? row.Version : row.Version with
        {
            Definition = DefinitionCache.Sound(known.GetValueOrDefault(row.Definition) ?? Definition.Lost),
        });
    }

    (WorkflowVersion, DefinitionHash) Read(Cells cells)
    {
        var (id, organization, name, version, hash) = (cells.Id(), cells.Id(), cells.Text(), cells.Number(), DefinitionHash.Read(cells.Bytes()));
        database.Definitions.TryGet(hash, out var definition);
        return (new(id, organization, name, version, definition!, cells.NumberOrNull(), cells.Time())
        {
            MaxRunningNow = cells.NumberOrNull(),
        }, hash); // what is null, Complete fills in
    }
}
