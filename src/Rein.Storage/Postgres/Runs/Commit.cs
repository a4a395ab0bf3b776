using Npgsql;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Audit;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Postgres.StopLinks;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>
/// Writes a change set: a statement per table and the COMMIT, sent as one batch in one round trip. A guarded write that does not match
/// raises an error, and the COMMIT after it is never executed.
/// </summary>
sealed class Commit(Database database, NpgsqlConnection connection, TransactionId id, ChangeSet changes, DateTimeOffset now)
{
    readonly List<Definition> fresh =
    [
        .. changes.Runs.Where(change => change.Before is null).Select(change => change.After.Definition)
            .Where(definition => !database.Definitions.Knows(definition)).DistinctBy(DefinitionHash.Of),
    ];

    public async Task Run(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var entries = await CountReceiptEntries(cancel).ConfigureAwait(false);
        try
        {
            using var batch = new NpgsqlBatch(connection);
            foreach (var command in Commands(entries))
                batch.BatchCommands.Add(command);
            // Nobody who hangs up takes back a commit that is under way.
            await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            await Examine(exception, fault).ConfigureAwait(false);
        }
        foreach (var definition in fresh)
            database.Definitions.Add(definition);
    }

    IEnumerable<NpgsqlBatchCommand> Commands(IReadOnlyDictionary<Guid, int> entries) =>
    [
        .. Shared(),
        .. HeadRows.Write(changes.Runs),
        .. StepRows.Write(changes.Runs),
        .. PageRows.Write(changes.Runs),
        .. QueueRows.Write(changes.Runs),
        .. new AccountRows(entries).Write(changes.Runs),
        .. StopLinkRows.Write(changes.Links),
        new("COMMIT"),
    ];

    /// <summary>Rows that other units may want to write at the same time: first, and each in one order.</summary>
    IEnumerable<NpgsqlBatchCommand> Shared()
    {
        if (fresh.Count > 0)
            yield return Definitions.Command("Runs/insert_definitions", fresh);
        foreach (var command in StartKeys.Write(changes.StartKeys, now))
            yield return command;
        if (changes.Runs.Where(change => change.HasUnknownQueue()).Select(change => change.After.Id).ToArray() is { Length: > 0 } damaged)
            yield return Engine.Commands.BatchCommand("Runs/withdraw_all", Arg.Of(damaged));
        if (changes.Runs.Where(change => change.HasUnknownSlots()).Select(change => change.After.Id).ToArray() is { Length: > 0 } unknown)
        {
            yield return Engine.Commands.BatchCommand("Runs/release_all", Arg.Of(unknown));
            yield return Engine.Commands.BatchCommand("Runs/unblock_all", Arg.Of(unknown));
        }
        if (changes.DutiesDone.Count > 0)
            yield return Engine.Commands.BatchCommand("Runs/delete_duties", Arg.Of([.. changes.DutiesDone]));
        foreach (var entry in changes.Audit)
            yield return AuditRows.Command(entry);
    }

    static Columns<Definition> Definitions { get; } = new Columns<Definition>()
        .Bytes(definition => DefinitionHash.Of(definition).ToArray()).Bytes(definition => definition.ToJson().ToArray());

    async Task<IReadOnlyDictionary<Guid, int>> CountReceiptEntries(CancellationToken cancel)
    {
        var proved = changes.Runs.Where(change => change.Before is { HasEnded: true } && change.Change.Effects.OfType<ReceiptEntry>().Any()).ToList();
        if (proved.Count == 0)
            return new Dictionary<Guid, int>();
        var counted = await connection.Query(
            "Runs/count_receipt_entries", cells => (Run: cells.Id(), Count: cells.Number()), cancel, Arg.Of([.. proved.Select(change => change.After.Id)]))
            .ConfigureAwait(false);
        return counted.ToDictionary(row => row.Run, row => row.Count);
    }

    /// <summary>Returns where the commit has happened after all; says which run it was where a guarded write did not match.</summary>
    async Task Examine(Exception exception, StoreException fault)
    {
        var isRefused = exception is PostgresException { InvariantSeverity: "ERROR" };
        if (!isRefused && await id.HasCommitted(database, changes.Runs).ConfigureAwait(false))
            return;
        if (Faults.IsGuardedWrite(fault) && await new Mismatch(database, changes.Runs).Find().ConfigureAwait(false) is { } found)
            throw new StoreException(found, fault);
        throw fault;
    }
}
