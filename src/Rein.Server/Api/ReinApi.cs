using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Audit;
using Rein.Server.Api.Documentation;
using Rein.Server.Api.Exports;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Limits;
using Rein.Server.Api.Operations;
using Rein.Server.Api.Pools;
using Rein.Server.Api.Receipts;
using Rein.Server.Api.Organizations;
using Rein.Server.Api.Runs;
using Rein.Server.Api.Secrets;
using Rein.Server.Api.Sessions;
using Rein.Server.Api.Starts;
using Rein.Server.Api.Steps;
using Rein.Server.Api.StopLinks;
using Rein.Server.Api.Stops;
using Rein.Server.Api.Workflows;
using Rein.Server.Dialects;
using Rein.Server.Problems;

namespace Rein.Server.Api;

/// <summary>The HTTP API: its table of contents.</summary>
static class ReinApi
{
    /// <summary>What the endpoints need beside <see cref="IStores"/>, the commands and the live feed.</summary>
    public static IServiceCollection AddReinApi(this IServiceCollection services)
    {
        services.AddSingleton(made => made.GetRequiredService<Engine>().Keys);
        services.AddSingleton(made => made.GetRequiredService<Engine>().Links);
        services.AddSingleton(made => made.GetRequiredService<Engine>().Secrets);
        services.AddSingleton(made => made.GetRequiredService<IStores>().Reader);
        services.AddSingleton<WorkflowCatalog>();
        services.AddSingleton<Repeat>();
        services.AddSingleton<ReceiptReader>();
        services.AddSingleton<RunWaiter>();
        services.AddSingleton<PoolReader>();
        services.AddOpenApi("v1", openApi => openApi.AddReinDescription());
        services.AddSingleton<DocumentPages>();
        services.AddDialects();
        return services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default);
            json.SerializerOptions.Converters.Add(new UtcTimeConverter());
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            // Of requests it is read by hand, and numbers that are texts are refused there: the document must not promise them.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
    }

    public static WebApplication MapReinApi(this WebApplication app)
    {
        // Before the routes: it may say by which of them a request goes.
        app.UseMiddleware<DialectGate>();
        app.UseRouting();
        app.UseMiddleware<ProblemGate>();
        app.UseMiddleware<AccessGate>();
        MapRuns(app);
        MapOperations(app);
        app.MapDialects();
        return app;
    }

    static void MapRuns(WebApplication app)
    {
        app.MapSaveWorkflow();
        app.MapListWorkflows();
        app.MapReadWorkflow();

        app.MapStartWorkflow();
        app.MapStartBatch();
        app.MapStartInline();
        app.MapRetryRun();

        app.MapListRuns();
        app.MapReadRun();
        app.MapListSteps();
        app.MapPauseRun();
        app.MapResumeRun();
        app.MapSignalStep();
        app.MapAnswerApproval();

        app.MapStopRun();
        app.MapReadReceipt();
        app.MapCreateStopLink();
        app.MapListStopLinks();
        app.MapRevokeStopLink();
        app.MapOpenStopLink();
        app.MapUseStopLink();

        app.MapExportReceipts();
        app.MapListSealKeys();

        app.MapReadEvents();
        app.MapReadLogs();
        app.MapReadItems();
        app.MapReadExport();
        app.MapAskExport();
    }

    static void MapOperations(WebApplication app)
    {
        app.MapListLimits();
        app.MapReadLimit();
        app.MapListHolders();
        app.MapListQueue();
        app.MapPutLimit();
        app.MapRemoveLimit();

        app.MapListPools();
        app.MapReadPool();
        app.MapPutPool();
        app.MapDrainPool();
        app.MapReopenPool();
        app.MapListSessions();
        app.MapReadSession();
        app.MapDrainSession();
        app.MapReopenSession();

        app.MapListKeys();
        app.MapCreateKey();
        app.MapRotateKey();
        app.MapRevokeKey();
        app.MapListOrganizations();
        app.MapCreateOrganization();
        app.MapReadAudit();
        app.MapPutSecret();
        app.MapListSecrets();
        app.MapRemoveSecret();

        app.MapOpenSession();
        app.MapReadCommands();
        app.MapSendReports();
        app.MapBeat();
        app.MapCloseSession();

        app.MapReadDocumentation();
        app.MapHealth();
        app.MapReadMetrics();
        app.MapOpenApi("/openapi/{documentName}.json");
    }
}
