using System.Runtime.InteropServices;
using System.Text.Json;
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

namespace Rein.Server.Dialects.Xpander;

/// <summary>Starts runs of agents, under ids that clients chose where they did, and below a run where they say so. Either a run or why there is none.</summary>
sealed class Starts(IStores stores, AgentPages agents, TaskPages tasks, RunCommands commands, SecretBook secrets)
{
    public async Task<(Run? Run, IResult? Refused)> Invoke(HttpContext http, string agent, string? version, Caller caller, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return (null, unread);
        var (found, refused) = await agents.Find(caller.Organization, agent, version, cancel);
        if (found is null)
            return (null, refused);
        var fields = new Fields(body);
        var invocation = Invocation.Read(fields, await agents.SettingsOf(found, cancel));
        return fields.Refusal is { } refusal ? (null, refusal) : await Start(Launch.Of(found, caller), invocation, cancel);
    }

    async Task<(Run? Run, IResult? Refused)> Start(Launch launch, Invocation invocation, CancellationToken cancel)
    {
        var input = invocation.ToRunInput();
        // What is not declared is passed over, like everything that is said beside.
        var faults = launch.Definition.Inputs.Check(input).Where(fault => fault.Code != FaultCodes.InputUnknown).ToList();
        if (faults.Count > 0)
            return (null, Refusal.Of(ProblemCodes.InvalidInput, [.. faults.Under("/input")]));
        if (await secrets.Lacks(launch.Caller.Organization, launch.Definition, cancel) is { } lacking)
            return (null, lacking);
        if (invocation.Id is { } chosen && await IsTaken(launch.Caller.Organization, chosen, cancel))
            return (null, Taken);
        var kept = Launch.Kept(JsonMarshal.GetRawUtf8Value(launch.Definition.Inputs.Complete(input)));
        var beside = new RunBeside { Asked = invocation.Asked }.ToJson();
        if (beside.Length > RunBeside.Most)
            return (null, Refusal.Of(ProblemCodes.BodyTooLarge, $"What is asked beside the input may have at most {RunBeside.Most} bytes."));
        var start = launch.Plain(commands.NewRun(), kept) with { Extras = new(invocation.Id is { } id ? Ids.Alias(id) : null, beside) };
        return invocation.Parent is { } parent ? await StartBelow(parent, start, cancel) : await Commit(start);
    }

    async Task<(Run? Run, IResult? Refused)> Commit(StartRun start)
    {
        var started = (await commands.Start([ChosenId.Order(start)]))[0];
        return started.Run is { } run ? (run, null) : (null, Taken);
    }

    async Task<bool> IsTaken(Guid organization, Guid id, CancellationToken cancel) =>
        await stores.Extras.FindRun(organization, Ids.Alias(id), cancel) is not null || await stores.Reader.Find(organization, id, cancel) is not null;

    /// <summary>It is a child from its first moment on: whatever stops the run above stops it. Below one that has come to its own end it stands alone.</summary>
    async Task<(Run? Run, IResult? Refused)> StartBelow(Guid id, StartRun start, CancellationToken cancel)
    {
        var (above, refused) = await tasks.Find(start.Organization, id.ToString(), cancel);
        if (above is null)
            return (null, refused);
        try
        {
            var committed = await commands.Submit(start.Organization, new StartChild(above.Id, start));
            return committed switch
            {
                { Answer: Answer.Done } when await stores.Reader.Find(start.Organization, start.Run, cancel) is { } child => (child.Run, null),
                { Answer: Answer.AlreadyEnded, Run.State: not RunState.Stopped } => await Commit(start),
                { Answer: Answer.NotNow } => (null, Refusal.Of(ProblemCodes.NotNow, $"The task {id} is paused, or has not begun: nothing is started below it now.")),
                _ => (null, Refusal.Of(ProblemCodes.RunStopping, $"The task {id} was stopped: nothing is started below it.")),
            };
        }
        catch (CommitException) when (start.Extras?.Alias is not null)
        {
            // Of two of one moment under one id the second is refused by the store itself.
            if (await stores.Extras.FindRun(start.Organization, start.Extras.Alias, cancel) is null)
                throw;
            return (null, Taken);
        }
    }

    static IResult Taken => XpanderProblems.BadField("id", "There is a task of this id already; one that has ended does not live again.");
}
