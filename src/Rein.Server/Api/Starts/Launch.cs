using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Api.Starts;

/// <summary>What runs are started from, and by whom.</summary>
sealed record Launch(Definition Definition, Caller Caller, string? Workflow = null, int Version = 0, int? MaxRunning = null)
{
    const double Year = 31_536_000;

    public static Launch Of(WorkflowVersion version, Caller caller) =>
        new(version.Definition, caller, version.Name, version.Version, version.MaxRunningNow);

    /// <summary>A start that says nothing but what it begins with.</summary>
    /// <param name="run">The id that it gets.</param>
    /// <param name="input">That has been checked; empty for none.</param>
    public StartRun Plain(Guid run, ReadOnlyMemory<byte> input) => new()
    {
        Run = run,
        Organization = Caller.Organization,
        Definition = Definition,
        Workflow = Workflow,
        Version = Version,
        Input = input,
        Actor = Caller.Actor,
        LimitKeys = LimitKeys(null),
    };

    /// <summary>Reads one start. What is wrong stands in the fields' errors; then the value means nothing.</summary>
    /// <param name="path">Where the start stands in the body.</param>
    public StartRun Read(Fields fields, string path, Guid run)
    {
        var start = Plain(run, ReadInput(fields, path + "/input")) with
        {
            Labels = fields.Labels("labels"),
            Pool = ReadPool(fields),
            Priority = fields.Whole("priority", -1000, 1000) ?? 0,
            LimitKeys = LimitKeys(LimitKeyOf(fields)),
            OnConflict = fields.Choice("onConflict", Names.All<OnConflict>()) ?? OnConflict.Queue,
            Deadline = fields.Seconds("deadlineSeconds", 0.001, Year),
            Budget = fields.Credits("budget"),
            QueueTtl = fields.Seconds("queueTtlSeconds", 0.001, Year),
        };
        fields.RefuseOthers();
        return start;
    }

    ReadOnlyMemory<byte> ReadInput(Fields fields, string path)
    {
        var input = fields.Any("input") ?? default;
        var faults = Definition.Inputs.Check(input);
        fields.Errors.AddRange(faults.Under(path));
        if (!faults.IsEmpty)
            return default;
        var raw = JsonMarshal.GetRawUtf8Value(Definition.Inputs.Complete(input));
        return Kept(raw);
    }

    /// <summary>No input is kept as none: a row without it is smaller, and reads the same.</summary>
    public static ReadOnlyMemory<byte> Kept(ReadOnlySpan<byte> input) => input.SequenceEqual("{}"u8) ? default(ReadOnlyMemory<byte>) : input.ToArray();

    static string? ReadPool(Fields fields)
    {
        var pool = fields.Text("pool", 64, shortest: 1);
        if (pool is not null && !PoolName.IsWellFormed(pool))
            fields.Refuse("pool", PoolName.Rule);
        return pool;
    }

    static string? LimitKeyOf(Fields fields)
    {
        var named = fields.Text("limitKey", 200, shortest: 1);
        if (named is not null && LimitKey.WorkflowOf(named) is not null)
            fields.Refuse("limitKey", "must not begin with 'workflow:': that is how the limits of workflows are named, and their runs count under them anyway");
        return named;
    }

    System.Collections.Immutable.ImmutableArray<string> LimitKeys(string? named)
    {
        var own = MaxRunning is null ? null : LimitKey.OfWorkflow(Caller.Organization, Workflow!).Key;
        return (named, own) switch
        {
            (null, null) => [],
            ({ } key, null) => [key],
            (null, { } key) => [key],
            _ => [named, own],
        };
    }
}
