using Microsoft.Extensions.DependencyInjection;
using Rein.Server.Dialects.Axiom;
using Rein.Server.Dialects.B3os;
using Rein.Server.Dialects.Lobstr;
using Rein.Server.Dialects.Xpander;

namespace Rein.Server.Dialects;

/// <summary>The dialects there are, and where they are put in.</summary>
static class DialectTable
{
    public static IReadOnlyList<Dialect> All { get; } = [AxiomDialect.Dialect, B3osDialect.Dialect, XpanderDialect.Dialect, LobstrDialect.Dialect];

    public static IServiceCollection AddDialects(this IServiceCollection services)
    {
        foreach (var dialect in All)
            services.AddOpenApi(dialect.Name, openApi => openApi.AddDialectDescription(dialect));
        return services.AddSingleton<AfterStop>().AddSingleton<MonthlyUse>().AddAxiom().AddB3os().AddXpander().AddLobstr();
    }

    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        foreach (var dialect in All)
            dialect.Map(routes.MapGroup(dialect.Mount).WithGroupName(dialect.Name));
    }
}
