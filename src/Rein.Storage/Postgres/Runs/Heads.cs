using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>Reads heads. Their definitions come from the cache; what it lacks is read once for all of them.</summary>
static class Heads
{
    public static (Run Run, DefinitionHash Definition) Read(Cells cells, Database database)
    {
        var id = cells.Id();
        var organization = cells.Id();
        var hash = DefinitionHash.Read(cells.Bytes());
        database.Definitions.TryGet(hash, out var definition);
        var run = new Run
        {
            Id = id,
            Organization = organization,
            Definition = definition!, // an unknown one is filled in by Complete, before anybody sees the run
            Workflow = cells.TextOrNull(),
            Version = cells.Number(),
            State = (RunState)cells.Number(),
            Cause = (Cause?)cells.NumberOrNull(),
            Error = cells.TextOrNull(),
            Stop = JsonColumn.Stop(cells.BytesOrNull()),
            Pause = JsonColumn.Pause(cells.BytesOrNull()),
            CleanUpEndsAt = cells.TimeOrNull(),
            Revision = cells.Long(),
            Open = cells.Number(),
            ActiveAttempts = cells.Number(),
            Ready = cells.Number(),
            Unproved = cells.Number(),
            Killed = cells.Number(),
            HandedOut = cells.Number(),
            SucceededSteps = cells.Number(),
            FailedSteps = cells.Number(),
            ToleratedFailures = cells.Number(),
            LostWorker = cells.Flag(),
            HasBegun = cells.Flag(),
            IsBlocked = cells.Flag(),
            LimitKeys = JsonColumn.LimitKeys(cells.BytesOrNull()),
            Priority = cells.Number(),
            Children = cells.Number(),
            Parent = cells.IdOrNull(),
            ParentStep = cells.TextOrNull(),
            IsDetached = cells.Flag(),
            CreatedAt = cells.Time(),
            StartedAt = cells.TimeOrNull(),
            EndedAt = cells.TimeOrNull(),
            ChangedAt = cells.Time(),
            DeadlineAt = cells.TimeOrNull(),
            QueueEndsAt = cells.TimeOrNull(),
            Used = Micros.ToDuration(cells.Long()),
            Items = cells.Long(),
            Credits = cells.Long(),
            Budget = JsonColumn.Budget(cells.BytesOrNull()),
            Pool = cells.TextOrNull(),
            Source = cells.IdOrNull(),
            Rules = database.Rules,
        };
        return (run, hash);
    }

    public static async Task<List<Run>> Complete(
        this NpgsqlConnection connection, Database database, List<(Run Run, DefinitionHash Definition)> heads, CancellationToken cancel)
    {
        var known = await connection.LoadDefinitions(database, heads.Where(head => head.Run.Definition is null).Select(head => head.Definition), cancel)
            .ConfigureAwait(false);
        return heads.ConvertAll(head => Damage.Held(head.Run.Definition is not null ? head.Run : head.Run with
        {
            Definition = known.GetValueOrDefault(head.Definition) ?? Core.Definitions.Definition.Lost,
        }));
    }

    public static async Task<Dictionary<DefinitionHash, Core.Definitions.Definition>> LoadDefinitions(
        this NpgsqlConnection connection, Database database, IEnumerable<DefinitionHash> hashes, CancellationToken cancel)
    {
        var wanted = hashes.Distinct().Select(hash => hash.ToArray()).ToArray();
        if (wanted.Length == 0)
            return [];
        var stored = await connection.Query("Runs/find_definitions", cells => (Hash: DefinitionHash.Read(cells.Bytes()), Json: cells.Bytes()), cancel, Arg.Of(wanted))
            .ConfigureAwait(false);
        return stored.ToDictionary(row => row.Hash, row => database.Definitions.Add(row.Hash, row.Json));
    }
}
