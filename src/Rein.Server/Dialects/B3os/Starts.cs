using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Faults;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;
using Rein.Server.Api.Workflows;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.B3os;

/// <summary>Starts runs, under ids that clients chose where they did. Either a run or why there is none.</summary>
sealed class Starts(IStores stores, WorkflowCatalog catalog, RunCommands commands, SecretBook secrets, ComputeUnits units)
{
    const string Root = Definition.RootId;

    /// <summary>Checks a definition that came with a request.</summary>
    public async Task<(Definition? Definition, IResult? Refused)> Read(JsonElement? written, Guid organization, CancellationToken cancel)
    {
        if (written is not { } document)
            return (null, Refusal.Of(ProblemCodes.BadField, "'definition' is missing: an object with 'nodes'."));
        if (BeginsOtherwise(document))
            return (null, B3osProblems.Refuse(B3osProblems.NotManual, "The node 'root' must be of the type 'manual'."));
        var parsed = await catalog.Parse(document, organization, cancel);
        return parsed.IsValid ? (parsed.Value, null) : (null, Refusal.Of(ProblemCodes.InvalidDefinition, [.. parsed.Faults.Under("/definition")]));
    }

    static bool BeginsOtherwise(JsonElement document) =>
        document.ValueKind is JsonValueKind.Object && document.TryGetProperty("nodes", out var nodes) && nodes.ValueKind is JsonValueKind.Object
        && nodes.TryGetProperty(Root, out var root) && root.ValueKind is JsonValueKind.Object
        && root.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String && !type.ValueEquals(KindCatalog.Manual);

    /// <param name="props">What lies beside the run as its properties; null for none.</param>
    public async Task<(Run? Run, IResult? Refused)> Start(Launch launch, Fields fields, JsonElement? props, CancellationToken cancel)
    {
        var payload = fields.Any("payload") ?? default;
        // What is not declared is passed over, like everything that is said beside.
        var faults = launch.Definition.Inputs.Check(payload).Where(fault => fault.Code != FaultCodes.InputUnknown).ToList();
        if (faults.Count > 0)
            return (null, Refusal.Of(ProblemCodes.InvalidInput, [.. faults.Under("/payload")]));
        var input = Launch.Kept(JsonMarshal.GetRawUtf8Value(launch.Definition.Inputs.Complete(payload)));
        return await Start(launch.Plain(commands.NewRun(), input), new() { By = launch.Caller.Actor, PropValues = props }, fields.Any("runId"), cancel);
    }

    public async Task<(Run? Run, IResult? Refused)> Start(StartRun start, RunExtras beside, JsonElement? chosen, CancellationToken cancel)
    {
        var alias = chosen is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        if (chosen is not null && (alias is null || !Ids.MayBeChosen(alias)))
            return (null, B3osProblems.Refuse(B3osProblems.BadRunId, "'runId' must begin with 'run_', followed by letters, digits and underscores."));
        if (await secrets.Lacks(start.Organization, start.Definition, cancel) is { } lacking)
            return (null, lacking);
        if (alias is not null && await IsTaken(start.Organization, alias, cancel))
            return (null, Taken(alias));
        if (await units.Lacks(start.Organization, cancel) is { } usedUp)
            return (null, usedUp);
        start = start with { Extras = new(alias, JsonSerializer.SerializeToUtf8Bytes(beside, B3osJson.Default.RunExtras)) };
        var started = (await commands.Start([ChosenId.Order(start)]))[0];
        return started.Run is { } run ? (run, null) : (null, Taken(alias!));
    }

    async Task<bool> IsTaken(Guid organization, string alias, CancellationToken cancel) =>
        await stores.Extras.FindRun(organization, alias, cancel) is not null
        || (Ids.ReadRun(alias) is { } own && await stores.Reader.Find(organization, own, cancel) is not null);

    static IResult Taken(string alias) => B3osProblems.Refuse(B3osProblems.RunIdTaken, $"There is a run '{Shown.Of(alias)}' already.");
}
