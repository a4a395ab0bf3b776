using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Audit;
using Rein.Storage.Sqlite.Engine;
using Rein.Storage.Sqlite.Extras;
using Rein.Storage.Sqlite.Runs;

namespace Rein.Storage.Sqlite.Workflows;

sealed class SqliteWorkflowStore(Writer writer, Readers readers, DefinitionCache definitions, RunRow heads) : IWorkflowStore
{
    public async Task<WorkflowVersion> Save(
        Guid organization, string name, Definition definition, int? maxRunning, AuditEntry? audit, CancellationToken cancel) =>
        (await Save(null, organization, name, definition, maxRunning, null, audit, cancel).ConfigureAwait(false))!;

    public Task<WorkflowVersion?> SaveOver(
        int seen, Guid organization, string name, Definition definition, int? maxRunning, BesideExchange? beside, AuditEntry? audit, CancellationToken cancel) =>
        Save(seen, organization, name, definition, maxRunning, beside, audit, cancel);

    async Task<WorkflowVersion?> Save(
        int? seen, Guid organization, string name, Definition definition, int? maxRunning, BesideExchange? beside, AuditEntry? audit, CancellationToken cancel)
    {
        var saved = await writer.Write((connection, now) =>
        {
            var latest = connection.Use("Workflows/latest").Bind(organization).Bind(name).ReadFirst(row => Read(connection, row));
            if (seen is not null && latest?.Version != seen)
                return null;
            if (beside is { } exchange && !SqliteExtraStore.Exchange(connection, organization, name, exchange))
                return null;
            SetLimit(connection, LimitKey.OfWorkflow(organization, name), name, maxRunning, isNew: latest is not { MaxRunning: not null });
            if (latest is not null && latest.Definition.Hash == definition.Hash && latest.MaxRunning == maxRunning)
                return latest;
            var next = new WorkflowVersion(
                latest?.Id ?? Guid.CreateVersion7(now), organization, name, (latest?.Version ?? 0) + 1, definition, maxRunning, now);
            Insert(connection, next);
            connection.Note(next.Note(audit), now);
            return next;
        }, cancel).ConfigureAwait(false);
        if (saved is not null)
            definitions.Add(definition);
        return saved;
    }

    public Task<WorkflowVersion?> Find(Guid organization, string name, int? version, CancellationToken cancel) =>
        readers.Read(connection => version is { } number
            ? connection.Use("Workflows/find").Bind(organization).Bind(name).Bind(number).ReadFirst(row => Read(connection, row))
            : connection.Use("Workflows/latest").Bind(organization).Bind(name).ReadFirst(row => Read(connection, row)), cancel);

    public Task<string?> NameOf(Guid organization, Guid id, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Workflows/name_of").Bind(organization).Bind(id).ReadFirst(row => row.Text()), cancel);

    public Task<IReadOnlyList<string>> NamesBetween(Guid organization, Guid first, Guid last, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<string>)connection.Use("Workflows/names_between").Bind(organization).Bind(first).Bind(last).ReadAll(row => row.Text()), cancel);

    public Task<IReadOnlyList<string>> Names(Guid organization, string? after, int skip, int count, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<string>)connection.Use("Workflows/names")
            .Bind(organization).Bind(after ?? "").Bind(count).Bind(skip).ReadAll(row => row.Text()), cancel);

    public Task<long> Count(Guid organization, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Workflows/count").Bind(organization).ReadAll(row => row.Long())[0], cancel);

    public Task<IReadOnlyList<WorkflowVersion>> List(Guid organization, string? after, int skip, int count, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<WorkflowVersion>)connection.Use("Workflows/list")
            .Bind(organization).Bind(after ?? "").Bind(count).Bind(skip).ReadAll(row => Read(connection, row)), cancel);

    /// <summary>Where there was none, runs that live are counted first.</summary>
    static void SetLimit(Connection connection, LimitKey key, string workflow, int? max, bool isNew)
    {
        if (max is not { } most)
        {
            connection.Use("Limits/remove").Bind(key.Organization).Bind(key.Key).Run();
            return;
        }
        if (isNew)
        {
            connection.Use("Workflows/hold_live").Bind(key.Key).Bind(key.Organization).Bind(workflow).Run();
            connection.Use("Workflows/block_live").Bind(key.Key).Bind(key.Organization).Bind(workflow).Run();
            connection.Use("Workflows/name_live").Bind(key.Key).Bind(key.Organization).Bind(workflow).Run();
        }
        connection.Use("Limits/put").Bind(key.Organization).Bind(key.Key).Bind(most).Run();
    }

    static void Insert(Connection connection, WorkflowVersion version)
    {
        var hash = DefinitionHash.Of(version.Definition);
        connection.Use("Runs/insert_definition").Bind(hash).BindText(version.Definition.ToJson()).Run();
        connection.Use("Workflows/insert")
            .Bind(version.Id).Bind(version.Organization).Bind(version.Name).Bind(version.Version).Bind(hash)
            .Bind(version.MaxRunning).Bind(version.SavedAt).Run();
    }

    WorkflowVersion Read(Connection connection, Statement row) => new(
        row.Guid(), row.Guid(), row.Text(), row.Int(), DefinitionCache.Sound(heads.DefinitionOf(connection, DefinitionHash.Read(row.Bytes()))), row.IntOrNull(), row.Time())
    {
        MaxRunningNow = row.IntOrNull(),
    };
}
