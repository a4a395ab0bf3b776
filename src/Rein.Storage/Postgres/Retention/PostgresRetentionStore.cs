using Npgsql;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Retention;

/// <summary>One node at a time, by an advisory lock that ends with each transaction; runs that somebody holds are left for later.</summary>
sealed class PostgresRetentionStore(Database database) : IRetentionStore
{
    /// <summary>Longer than any node relies on what it knows to be stored, and than any transaction takes.</summary>
    static readonly TimeSpan UnusedFor = 3 * DefinitionCache.Fresh;

    static readonly string[] Bodies =
    [
        "Retention/sweep_events", "Retention/sweep_logs", "Retention/sweep_items", "Retention/sweep_marks", "Retention/sweep_loop_pages", "Retention/sweep_attempts",
    ];

    public async Task<IReadOnlyList<Guid>> Organizations(CancellationToken cancel) =>
        await database.Read("Retention/organizations", cells => cells.Id(), cancel).ConfigureAwait(false);

    public async Task<Guid?> Beyond(Guid organization, int kept, CancellationToken cancel)
    {
        var found = await database.Read("Retention/beyond", cells => cells.Id(), cancel, Arg.Of(organization), Arg.Of((long)kept)).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public Task<PruneStep> Prune(PruneRule rule, Guid after, CancellationToken cancel) =>
        Alone(new PruneStep(0, null), connection => Prune(connection, rule, after, cancel), cancel);

    static async Task<PruneStep> Prune(NpgsqlConnection connection, PruneRule rule, Guid after, CancellationToken cancel)
    {
        var now = (await connection.Query("Engine/now", cells => cells.Time(), cancel).ConfigureAwait(false))[0];
        var endedBefore = PruneBounds.EndedBefore(rule, now);
        var looked = await connection.Query(
            rule.Label is null ? "Retention/look" : "Retention/look_labelled",
            cells => (Run: cells.Id(), Definition: cells.Bytes(), IsInline: cells.Flag(), IsPrunable: cells.Flag()),
            cancel,
            [Arg.Of(rule.Organization), Arg.Of(endedBefore.ToMicros()), Arg.Of(rule.Beyond ?? Guid.Empty), Arg.Of(after),
                Arg.Of(PruneBounds.CreatedBefore(endedBefore)), Arg.Of((long)rule.Look), .. LabelOf(rule)]).ConfigureAwait(false);
        var prunable = looked.Where(run => run.IsPrunable).ToDictionary(run => run.Run);
        var free = await connection.Query("Retention/lock", cells => cells.Id(), cancel, Arg.Of([.. prunable.Keys])).ConfigureAwait(false);
        if (free.Count > 0)
        {
            await connection.Execute("Retention/prune", cancel, Arg.Of([.. free])).ConfigureAwait(false);
            var inline = free.Select(run => prunable[run]).Where(run => run.IsInline).Select(run => run.Definition).DistinctBy(hash => DefinitionHash.Read(hash)).ToArray();
            await connection.Execute("Retention/mark_definitions", cancel, Arg.Of(inline)).ConfigureAwait(false);
        }
        return new(free.Count, looked.Count < rule.Look ? null : looked[^1].Run);
    }

    static NpgsqlParameter[] LabelOf(PruneRule rule) => rule.Label is { } label ? [Arg.Of(label.Name), Arg.Of(label.Value)] : [];

    public Task<int> Sweep(int count, CancellationToken cancel) => Alone(0, connection => Sweep(connection, count, cancel), cancel);

    static async Task<int> Sweep(NpgsqlConnection connection, int count, CancellationToken cancel)
    {
        Guid[] runs = [.. await connection.Query("Retention/unswept", cells => cells.Id(), cancel).ConfigureAwait(false)];
        if (runs.Length == 0)
            return 0;
        var left = count;
        foreach (var statement in Bodies)
            left -= left > 0 ? await connection.Execute(statement, cancel, Arg.Of(runs), Arg.Of((long)left)).ConfigureAwait(false) : 0;
        if (left > 0)
            left -= (int)(await connection.Query("Retention/sweep_steps", cells => cells.Long(), cancel, Arg.Of(runs), Arg.Of((long)left)).ConfigureAwait(false))[0];
        if (left <= 0)
            return count;
        // Nothing of them is left, or the count would have been reached.
        return count - left + await connection.Execute("Retention/swept", cancel, Arg.Of(runs)).ConfigureAwait(false);
    }

    public Task<int> PruneDefinitions(int count, CancellationToken cancel) =>
        Alone(
            0,
            async connection =>
            {
                await connection.Execute("Retention/unmark_definitions", cancel).ConfigureAwait(false);
                return await connection.Execute("Retention/delete_definitions", cancel, Arg.Of(UnusedFor.ToMicros()), Arg.Of((long)count)).ConfigureAwait(false);
            },
            cancel);

    public Task<int> PruneReceipts(TimeSpan age, int count, CancellationToken cancel) => Delete("Retention/prune_receipts", age, count, cancel);

    public Task<int> Forget(int count, CancellationToken cancel) => Delete("Retention/forget", PruneBounds.Remembered, count, cancel);

    Task<int> Delete(string statement, TimeSpan age, int count, CancellationToken cancel) =>
        Alone(
            0,
            async connection => (int)(await connection.Query(statement, cells => cells.Long(), cancel, Arg.Of(age.ToMicros()), Arg.Of((long)count)).ConfigureAwait(false))[0],
            cancel);

    public async Task<PrunedRun?> Find(Guid organization, Guid run, CancellationToken cancel) =>
        (await database.Read("Retention/find", Read, cancel, Arg.Of(run), Arg.Of(organization)).ConfigureAwait(false)).SingleOrDefault();

    async Task<T> Alone<T>(T nothing, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    if (!(await connection.Query("Retention/try_lock", cells => cells.Flag(), cancel).ConfigureAwait(false))[0])
                        return nothing;
                    var done = await work(connection).ConfigureAwait(false);
                    await transaction.CommitAsync(cancel).ConfigureAwait(false);
                    return done;
                }
            }
            catch (Exception exception) when (Faults.Of(exception) is { } fault)
            {
                throw fault;
            }
        }
    }

    static PrunedRun Read(Cells cells)
    {
        var (id, organization, at) = (cells.Id(), cells.Id(), cells.Time());
        var run = new Run
        {
            Id = id, Organization = organization, Definition = Definition.Lost,
            State = (RunState)cells.Number(), Stop = JsonColumn.Stop(cells.BytesOrNull()),
            Killed = cells.Number(), HandedOut = cells.Number(), CreatedAt = cells.Time(), EndedAt = cells.Time(),
            Used = Micros.ToDuration(cells.Long()), Credits = cells.Long(), Items = cells.Long(),
        };
        if (cells.TimeOrNull() is not { } accounted)
            return new(run, at, ExportView.Of(run));
        return new(run, at, cells.LongOrNull() is { } distinct
            ? new(ExportState.Done, accounted) { Manifest = new(run.Items, distinct, cells.Long(), cells.Text()) }
            : new(ExportState.Failed, accounted));
    }
}
