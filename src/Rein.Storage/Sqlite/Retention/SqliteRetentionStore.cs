using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Retention;

sealed class SqliteRetentionStore(Writer writer, Readers readers, DefinitionCache definitions) : IRetentionStore
{
    static readonly string[] OfHead = ["Retention/delete_inputs", "Retention/delete_labels", "Retention/delete_extras", "Retention/delete_exports", "Retention/delete_run"];
    static readonly string[] OfBody = ["Retention/sweep_events", "Retention/sweep_logs", "Retention/sweep_items", "Retention/sweep_marks", "Retention/sweep_loop_pages"];

    /// <summary>Links outlive their run for as long as it is known that there was one.</summary>
    static readonly string[] OfMemory = ["Retention/delete_links", "Retention/delete_pruned"];

    /// <summary>Without its entries: they have their places in a chain.</summary>
    static readonly string[] OfReceipt = ["Retention/delete_stop_requests", "Retention/delete_attempts", .. OfMemory];

    public Task<IReadOnlyList<Guid>> Organizations(CancellationToken cancel) =>
        readers.Read<IReadOnlyList<Guid>>(connection => connection.Use("Retention/organizations").ReadAll(row => row.Guid()), cancel);

    public Task<Guid?> Beyond(Guid organization, int kept, CancellationToken cancel) =>
        readers.Read(
            connection => connection.Use("Retention/beyond").Bind(organization).Bind(kept).ReadAll(row => (Guid?)row.Guid()).SingleOrDefault(), cancel);

    public Task<PruneStep> Prune(PruneRule rule, Guid after, CancellationToken cancel) =>
        writer.Write((connection, now) =>
        {
            var endedBefore = PruneBounds.EndedBefore(rule, writer.AgesNow);
            var look = connection.Use(rule.Label is null ? "Retention/look" : "Retention/look_labelled")
                .Bind(endedBefore).Bind(rule.Beyond ?? Guid.Empty).Bind(rule.Organization);
            if (rule.Label is { } label)
                look.Bind(label.Name).Bind(label.Value);
            var looked = look.Bind(after).Bind(PruneBounds.CreatedBefore(endedBefore)).Bind(rule.Look)
                .ReadAll(row => (Run: row.Guid(), Definition: DefinitionHash.Read(row.Bytes()), IsInline: row.Bool(), IsPrunable: row.Bool()));
            var pruned = looked.Where(run => run.IsPrunable).ToList();
            foreach (var (run, _, _, _) in pruned)
            {
                connection.Use("Retention/remember").Bind(now).Bind(run).Run();
                foreach (var statement in OfHead)
                    connection.Use(statement).Bind(run).Run();
            }
            foreach (var definition in pruned.Where(run => run.IsInline).Select(run => run.Definition).Distinct())
                connection.Use("Retention/mark_definition").Bind(now).Bind(definition).Run();
            return new PruneStep(pruned.Count, looked.Count < rule.Look ? null : looked[^1].Run);
        }, cancel);

    public Task<int> Sweep(int count, CancellationToken cancel) =>
        writer.Write((connection, _) =>
        {
            var left = count;
            while (left > 0 && connection.Use("Retention/unswept").ReadAll(row => (Run: row.Guid(), IsStopped: row.Bool())) is [var (run, isStopped)])
            {
                left -= Sweep(connection, run, isStopped, left);
                if (left <= 0)
                    break;
                connection.Use("Retention/swept").Bind(run).Run();
                left--;
            }
            return count - left;
        }, cancel);

    static int Sweep(Connection connection, Guid run, bool isStopped, int count)
    {
        var left = count;
        foreach (var statement in OfBody)
            left -= left > 0 ? connection.Use(statement).Bind(run).Bind(left).Run() : 0;
        if (left > 0 && isStopped)
            connection.Use("Retention/keep_attempts").Bind(run).Bind(left).Run();
        left -= left > 0 ? connection.Use("Retention/sweep_steps").Bind(run).Bind(left).Run() : 0;
        if (left > 0 && !isStopped)
            left -= connection.Use("Retention/sweep_attempts").Bind(run).Bind(left).Run();
        return count - left;
    }

    /// <summary>There is one writer, and this is inside: whoever starts something of a definition comes before, and it is used, or behind, and stores it anew.</summary>
    public Task<int> PruneDefinitions(int count, CancellationToken cancel) =>
        writer.Write((connection, _) =>
        {
            var marked = connection.Use("Retention/unused_definitions").Bind(count).ReadAll(row => (Hash: DefinitionHash.Read(row.Bytes()), IsUnused: row.Bool()));
            foreach (var (hash, isUnused) in marked)
            {
                connection.Use(isUnused ? "Retention/delete_definition" : "Retention/unmark_definition").Bind(hash).Run();
                definitions.Forget(hash);
            }
            return marked.Count(definition => definition.IsUnused);
        }, cancel);

    public Task<int> PruneReceipts(TimeSpan age, int count, CancellationToken cancel) => Delete("Retention/old_receipts", age, count, OfReceipt, cancel);

    public Task<int> Forget(int count, CancellationToken cancel) => Delete("Retention/forgotten", PruneBounds.Remembered, count, OfMemory, cancel);

    Task<int> Delete(string look, TimeSpan age, int count, string[] statements, CancellationToken cancel) =>
        writer.Write((connection, _) =>
        {
            var old = connection.Use(look).Bind(writer.AgesNow - age).Bind(count).ReadAll(row => row.Guid());
            foreach (var run in old)
                foreach (var statement in statements)
                    connection.Use(statement).Bind(run).Run();
            return old.Count;
        }, cancel);

    public Task<PrunedRun?> Find(Guid organization, Guid run, CancellationToken cancel) =>
        readers.Read(connection => connection.Use("Retention/find").Bind(run).Bind(organization).ReadFirst(Read), cancel);

    static PrunedRun Read(Statement row)
    {
        var (id, organization, at) = (row.Guid(), row.Guid(), row.Time());
        var run = new Run
        {
            Id = id, Organization = organization, Definition = Definition.Lost,
            State = (RunState)row.Int(), Stop = JsonColumn.Stop(row.Bytes()),
            Killed = row.Int(), HandedOut = row.Int(), CreatedAt = row.Time(), EndedAt = row.Time(), Used = row.Duration(), Credits = row.Long(), Items = row.Long(),
        };
        if (row.TimeOrNull() is not { } accounted)
            return new(run, at, ExportView.Of(run));
        return new(run, at, row.IsNull
            ? new(ExportState.Failed, accounted)
            : new(ExportState.Done, accounted) { Manifest = new(run.Items, row.Long(), row.Long(), row.Text()) });
    }
}
