using Microsoft.Extensions.DependencyInjection;
using Rein.Server.Access;
using Rein.Server.Dialects.B3os.Organizations;
using Rein.Server.Dialects.B3os.Runs;
using Rein.Server.Dialects.B3os.Workflows;

namespace Rein.Server.Dialects.B3os;

/// <summary>
/// B3OS: what of ours is what of theirs. The page docs/dialects/b3os.md says which test shows each line.
/// <code>
/// ours                              theirs
/// run, waits for room or queued     running     (they know no queue)
/// run, running                      running     (a stop under way too)
/// run, waiting or paused            waiting
/// run, succeeded                    success
/// run, succeeded in part            failure     (five statuses; a newer document has `partial`)
/// run, failed                       failure
/// run, stopped, by whomever         cancelled
/// step pending, ready               pending
/// step active / waiting             running / waiting
/// step succeeded / failed           success / failure
/// step skipped / stopped            skipped / cancelled
///
/// id of a run                       run_ and 32 hex digits, or what the client chose
/// id of a workflow, organization    wf_, org_ and 32 hex digits
///
/// stop of a run that has ended      409
/// definition that cannot be run     400, code 400228
/// its root is no `manual`           400, code 400229
/// chosen id malformed / taken       400, code 400078 / 400079
/// what does not fit (422)           400
/// compute units used up             402
/// expected version is not the latest 409
/// whatever else                     its own status, which is the code too
///
/// scope read                        read
/// scopes read, start, stop          read-write
/// credits                           compute units (totalCu)
/// </code>
/// </summary>
static class B3osDialect
{
    public const string Name = "b3os";

    /// <summary>Of every address behind the mount.</summary>
    public const string Version = "/v1";

    public static Dialect Dialect { get; } = new(Name, "B3OS, as Rein speaks it", KeyPlace.Native, new B3osProblems(), typeof(ErrorDocument), Map) { Settings = ComputeUnitSettings.Settings };

    public static IServiceCollection AddB3os(this IServiceCollection services)
    {
        services.AddSingleton(made => ComputeUnitSettings.Of(made.GetRequiredService<ReinServerOptions>().Dialects));
        services.AddSingleton<ComputeUnits>();
        services.AddSingleton<RunPages>();
        services.AddSingleton<Starts>();
        services.AddSingleton<WorkflowPages>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Add(B3osJson.Default));
    }

    static void Map(IEndpointRouteBuilder routes)
    {
        var version = routes.MapGroup(Version);
        version.MapCancelRun();
        version.MapReadRun();
        version.MapStreamRun();
        version.MapStreamRunsOfWorkflow();
        version.MapListRuns();
        version.MapCountRuns();
        version.MapRunWorkflow();
        version.MapRunDefinition();
        version.MapRunAndWait();
        version.MapRetryRun();
        version.MapResumeNode();

        version.MapCreateWorkflow();
        version.MapListWorkflows();
        version.MapValidateWorkflow();
        version.MapReadWorkflow();
        version.MapUpdateWorkflow();
        version.MapPublishWorkflow();

        version.MapReadBalance();
    }
}
