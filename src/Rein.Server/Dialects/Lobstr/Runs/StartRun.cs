using System.Runtime.InteropServices;
using Rein.Core.Faults;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;
using Rein.Server.Commits;
using Rein.Server.Dialects.Lobstr.Squids;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>
/// Starts a run of a squid, of which one may be active. A squid that was made here says so itself: its workflow has a limit of one, under which every run of
/// it counts. Runs of other workflows are started under a limit of one that only such starts count under, and behind a look whether anything runs.
/// </summary>
static class StartRun
{
    static readonly RunState[] s_live = [RunState.Queued, RunState.Running, RunState.Waiting];

    public static void MapStartRun(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs", Handle).Needs(Scopes.Start, also: Scopes.Read).Takes<RunParams>().Answers<RunDocument>()
            .Says("Starts a run of a squid, with the tasks that it has now. One may be active at a time.");

    static async Task<IResult> Handle(
        HttpContext http, Caller caller, SquidBook squids, RunCommands commands, IStores stores, SecretBook secrets, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var hash = SquidHash.Of(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await squids.Find(caller.Organization, hash, cancel) is not { } squid)
            return Fault.NoSquid("squid");
        if (!squid.Row.IsActive)
            return Fault.Wrong("squid", "Squid is not active");
        if (InputOf(squid, out var input) is { } lacks)
            return lacks;
        if (await secrets.Lacks(caller.Organization, squid.Version.Definition, cancel) is { } lacking)
            return lacking;
        return await Start(squid, Launch.Of(squid.Version, caller).Plain(commands.NewRun(), input), commands, stores, cancel);
    }

    static Fault? InputOf(Squid squid, out ReadOnlyMemory<byte> input)
    {
        var (inputs, given) = (squid.Version.Definition.Inputs, SquidDefinition.InputOf(squid.Row));
        // What is not declared is passed over.
        var fault = inputs.Check(given).Where(fault => fault.Code != FaultCodes.InputUnknown).Select(fault => fault.Message).FirstOrDefault();
        input = fault is null ? Launch.Kept(JsonMarshal.GetRawUtf8Value(inputs.Complete(given))) : default;
        return fault is null ? null : Fault.Wrong("squid", $"Squid is not ready: {fault}", "SquidNotReady");
    }

    static async Task<IResult> Start(Squid squid, Core.Runs.Lifecycle.StartRun start, RunCommands commands, IStores stores, CancellationToken cancel)
    {
        var isOwn = squid.Version.MaxRunningNow is 1;
        if (!isOwn && await IsActive(squid, stores.Reader, cancel))
            return Active();
        var key = isOwn ? (LimitKey?)null : await OneAtATime(squid, stores.Limits, cancel);
        start = start with { OnConflict = OnConflict.Reject, LimitKeys = key is { } own ? [own.Key, .. start.LimitKeys] : start.LimitKeys };
        var started = (await commands.Start([new StartOrder(start)]))[0];
        if (started.Run is { } run)
            return Replies.Of(RunPages.JustStarted(run, squid.Id));
        return squid.Version.MaxRunningNow is null or 1 || await IsActive(squid, stores.Reader, cancel)
            ? Active()
            : Fault.Wrong("squid", "There is no room for a run of this squid: its workflow is limited", "SlotsLimitExceeded");
    }

    static async Task<bool> IsActive(Squid squid, IRunReader reader, CancellationToken cancel) =>
        (await reader.List(new(squid.Version.Organization, 1) { Workflow = squid.Version.Name, States = [.. s_live] }, cancel)).Count > 0;

    static async Task<LimitKey> OneAtATime(Squid squid, ILimitStore limits, CancellationToken cancel)
    {
        var key = new LimitKey(squid.Version.Organization, $"squid:{squid.Id}");
        if ((await limits.Find(key, cancel))?.Limit is not { Max: 1 })
            await limits.Put(key, 1, cancel);
        return key;
    }

    static Fault Active() => Fault.Wrong("squid", "A run is already active for this squid", "RunInProgress");
}
