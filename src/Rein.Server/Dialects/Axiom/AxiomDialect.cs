using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Rein.Server.Dialects.Axiom.Automations;
using Rein.Server.Dialects.Axiom.Runs;
using Rein.Server.Dialects.Axiom.Viewer;

namespace Rein.Server.Dialects.Axiom;

/// <summary>
/// axiom.ai: what of ours is what of theirs. The page docs/dialects/axiom.md says which test shows each line.
/// <code>
/// ours                              theirs
/// workflow, by its name             automation
/// its latest version                what a trigger starts
/// input `data`                      data
/// run, not ended                    Running     (in the queue, waiting, stopping too)
/// run, succeeded, in part too       Success
/// run, failed, stopped              Failure
/// node that has collected items     token, a table; an item is a row
/// limit `axiom`                     concurrency slots
/// executed time                     runtime
/// stop link                         pid and pw, and the viewer URL with both in it
///
/// id of a run                       taskId, run_id; no address takes it
///
/// no key, an unknown one            401
/// runtime used up                   403
/// no workflow, no run of it         404
/// pid and pw that open nothing      404
/// pid or pw missing or malformed    400
/// stop of a run that has ended      200, and nothing changes
/// what does not fit (422)           400
/// whatever else                     its own status
/// </code>
/// </summary>
static class AxiomDialect
{
    public const string Name = "axiom";

    /// <summary>Of every address behind the mount, but that of the viewer.</summary>
    public const string Version = "/api/v3";

    public static Dialect Dialect { get; } = new(Name, "axiom.ai, as Rein speaks it", new BodyKey(), new AxiomProblems(), typeof(ErrorDocument), Map)
    {
        Settings =
        [
            new(AxiomSettings.SlotsName, $"a whole number from 0 to {AxiomSettings.MostSlots.ToString(CultureInfo.InvariantCulture)}", value => AxiomSettings.ReadSlots(value) is not null),
            new(AxiomSettings.AllowanceName, "a number of minutes in a month, from 0 to 1000000000", value => AxiomSettings.ReadAllowance(value) is not null),
            DialectSetting.OfWords(AxiomSettings.PidName, "exact", AxiomSettings.AnyPid),
            DialectSetting.OfWords(AxiomSettings.ErrorsName, "status", AxiomSettings.OkErrors),
        ],
    };

    public static IServiceCollection AddAxiom(this IServiceCollection services)
    {
        services.AddSingleton(made => AxiomSettings.Of(made.GetRequiredService<ReinServerOptions>().Dialects));
        services.AddSingleton<ViewerLinks>();
        services.AddSingleton<Pids>();
        services.AddSingleton<Slots>();
        services.AddSingleton<Runtime>();
        services.AddSingleton<Stops>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Add(AxiomJson.Default));
    }

    static void Map(IEndpointRouteBuilder routes)
    {
        var version = routes.MapGroup(Version);
        version.MapTriggerRun();
        version.MapReadRunData();
        version.MapReadRunReports();
        version.MapStopRun();
        version.MapListAutomations();
        version.MapReadRemainingRuntime();
        routes.MapOpenViewer();
    }
}
