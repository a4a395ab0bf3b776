using Microsoft.Extensions.DependencyInjection;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Dialects.Lobstr.Crawlers;
using Rein.Server.Dialects.Lobstr.Results;
using Rein.Server.Dialects.Lobstr.Runs;
using Rein.Server.Dialects.Lobstr.Squids;
using Rein.Server.Dialects.Lobstr.Tasks;
using Rein.Server.Dialects.Lobstr.Users;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>
/// lobstr.io: what of ours is what of theirs. The page docs/dialects/lobstr.md says which test shows each line.
/// <code>
/// ours                              theirs
/// run, waits for room or queued     pending
/// run, running                      running     (a native stop under way too)
/// run, waiting or paused            paused
/// run, ended, not exported yet      uploading   (and done all the same)
/// run, succeeded, in part too       done        tasks_done
/// run, stopped by somebody          aborted     aborted
/// run, stopped by anything else     error       what it was, see Statuses
/// run, failed                       error       error
///
/// workflow                          squid, whose id is the workflow's
/// kind of node, or a workflow       crawler
/// iteration of the loop over tasks  runtask
/// item                              result
/// account of the items              export
/// id of any of these                32 hex digits
///
/// abort of a run that has ended     404; of one that was aborted and uploads, its record
/// second start of a squid           400, type validation_error
/// unknown, malformed, foreign       404, type not_found_error
/// what does not fit (422), 409      400, type validation_error
/// whatever else                     its own status
///
/// executed seconds, credits         duration, credit_used, to four decimals
/// times                             whole seconds, cut
/// </code>
/// </summary>
static class LobstrDialect
{
    public const string Name = "lobstr";

    /// <summary>Of every address behind the mount.</summary>
    public const string Version = "/v1";

    public static Dialect Dialect { get; } = new(
        Name, "lobstr.io, as Rein speaks it", new HeaderKey("Authorization", "Token"), new LobstrProblems(), typeof(ErrorDocument), Map)
    {
        Settings = Readings.Settings,
    };

    public static IServiceCollection AddLobstr(this IServiceCollection services)
    {
        services.AddSingleton<Readings>();
        services.AddSingleton<Links>();
        services.AddSingleton<RunPages>();
        services.AddSingleton<TaskPages>();
        services.AddSingleton<ResultPages>();
        services.AddSingleton<SquidBook>();
        services.AddSingleton<CrawlerList>();
        return services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Add(LobstrJson.Default));
    }

    static void Map(IEndpointRouteBuilder routes)
    {
        var version = routes.MapGroup(Version);
        if (routes.ServiceProvider.GetRequiredService<Readings>().IsOfClients)
            version.WithMetadata(new Refused(typeof(ClientErrorDocument), "application/json"));
        version.MapAbortRun();
        version.MapStartRun();
        version.MapListRuns();
        version.MapReadRun();
        version.MapReadStats();
        version.MapReadCredits();
        version.MapListRunTasks();
        version.MapDownloadRun();
        version.MapReadFile();
        version.MapListResults();

        version.MapListSquids();
        version.MapCreateSquid();
        version.MapReadSquid();
        version.MapUpdateSquid();
        version.MapEmptySquid();
        version.MapListTasks();
        version.MapAddTasks();
        version.MapReadTask();
        version.MapDeleteTask();
        version.MapListCrawlers();
        version.MapReadCrawler();
        version.MapReadUser();
    }
}
