using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Reads heads. The columns come in the order of `lock.sql`.</summary>
sealed class RunRow(DefinitionCache definitions, Rules rules)
{
    public Run Read(Connection connection, Statement row) => Damage.Held(new()
    {
        Id = row.Guid(),
        Organization = row.Guid(),
        Definition = DefinitionOf(connection, DefinitionHash.Read(row.Bytes())),
        Workflow = row.TextOrNull(),
        Version = row.Int(),
        State = (RunState)row.Int(),
        Cause = (Cause?)row.IntOrNull(),
        Error = row.TextOrNull(),
        Stop = JsonColumn.Stop(row.Bytes()),
        Pause = JsonColumn.Pause(row.Bytes()),
        CleanUpEndsAt = row.TimeOrNull(),
        Revision = row.Long(),
        Open = row.Int(),
        ActiveAttempts = row.Int(),
        Ready = row.Int(),
        Unproved = row.Int(),
        Killed = row.Int(),
        HandedOut = row.Int(),
        SucceededSteps = row.Int(),
        FailedSteps = row.Int(),
        ToleratedFailures = row.Int(),
        LostWorker = row.Bool(),
        HasBegun = row.Bool(),
        IsBlocked = row.Bool(),
        LimitKeys = JsonColumn.LimitKeys(row.Bytes()),
        Priority = row.Int(),
        Children = row.Int(),
        Parent = row.GuidOrNull(),
        ParentStep = row.TextOrNull(),
        IsDetached = row.Bool(),
        CreatedAt = row.Time(),
        StartedAt = row.TimeOrNull(),
        EndedAt = row.TimeOrNull(),
        ChangedAt = row.Time(),
        DeadlineAt = row.TimeOrNull(),
        QueueEndsAt = row.TimeOrNull(),
        Used = row.Duration(),
        Items = row.Long(),
        Credits = row.Long(),
        Budget = JsonColumn.Budget(row.Bytes()),
        Pool = row.TextOrNull(),
        Source = row.GuidOrNull(),
        Rules = rules,
    });

    public Definition DefinitionOf(Connection connection, DefinitionHash hash)
    {
        if (definitions.TryGet(hash, out var known))
            return known;
        var row = connection.Use("Runs/find_definition").Bind(hash);
        if (!row.Read())
            return Definition.Lost;
        var definition = definitions.Add(hash, row.Bytes());
        row.Reset();
        return definition;
    }
}
