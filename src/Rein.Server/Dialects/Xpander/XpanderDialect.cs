using Microsoft.Extensions.DependencyInjection;
using Rein.Server.Access;
using Rein.Server.Dialects.Xpander.Agents;
using Rein.Server.Dialects.Xpander.Tasks;
using Rein.Server.Dialects.Xpander.Workers;

namespace Rein.Server.Dialects.Xpander;

/// <summary>
/// xpander: what of ours is what of theirs. The page docs/dialects/xpander.md says which test shows each line.
/// <code>
/// ours                              theirs
/// run / workflow                    task (agent execution) / agent
/// run, waits for room or queued     pending
/// run, running                      executing   (a native stop under way too)
/// run, waiting or paused            paused
/// run, succeeded, in part too       completed
/// run, failed                       failed
/// run, failed: its worker was lost  error       (or its worker says so)
/// run, stopped, by whomever         stopped
/// stopped by somebody, or by panic  is_manually_stopped
/// state, or cause                   internal_status
/// an approval that waits            hitl_request { wait_node_id }
/// children                          sub_executions
///
/// id of a run                       the same UUID, or what the client chose
/// id of a workflow, organization    the same UUID
///
/// stop of a run that has ended      200, as it is
/// not there / somebody else's       404 / 403, { detail }
/// malformed id, field, parameter    422, { detail: [{ loc, msg, type }] }
/// whatever else                     its own status, { detail }
///
/// step of the kind `agent`          what a worker of theirs executes
/// session                           worker, deployed asset
/// </code>
/// </summary>
static class XpanderDialect
{
    public const string Name = "xpander";

    /// <summary>Of the steps that workers of this dialect execute.</summary>
    public const string AgentKind = "agent";

    public static Dialect Dialect { get; } = new(Name, "xpander, as Rein speaks it", new HeaderKey("x-api-key"), new XpanderProblems(), typeof(ErrorDocument), Map);

    public static IServiceCollection AddXpander(this IServiceCollection services)
    {
        services.AddSingleton<AgentPages>();
        services.AddSingleton<TaskPages>();
        services.AddSingleton<TaskSearch>();
        services.AddSingleton<TaskStreams>();
        services.AddSingleton<Remarks>();
        services.AddSingleton<Starts>();
        services.AddSingleton<WorkerReports>();
        services.AddSingleton<WorkerFrames>();
        services.AddSingleton<StopTask>();
        services.AddSingleton<UpdateTask>();
        services.AddSingleton<TaskLists>();
        services.AddSingleton<Answering>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, XpanderWire.Resolver));
    }

    /// <summary>Two wires: that of the REST API, below `/v1`, and that of the SDK.</summary>
    static void Map(IEndpointRouteBuilder routes)
    {
        var sdk = routes.MapGroup("").WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status422UnprocessableEntity, typeof(InvalidDocument), ["application/json"]));
        var rest = sdk.MapGroup("/v1");
        StopTask.Map(rest, sdk);
        ReadTask.Map(rest, sdk);
        ListTasks.Map(rest, sdk);
        rest.MapDeleteTask();
        UpdateTask.Map(sdk);
        sdk.MapAnswerTask();

        InvokeAgent.Map(rest, sdk);
        StreamTask.Map(rest, sdk);
        ReadAgents.Map(rest, sdk);
        rest.MapSaveAgent();

        sdk.MapConnectWorker();
        sdk.MapHearWorker();
        sdk.MapReportMetrics();
    }
}
