using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Metrics;

namespace Rein.Server.Api.Operations;

static class ReadMetrics
{
    // What scrapes on the same machine is the operator's own; from elsewhere the figures need a key.
    public static void MapReadMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", Handle).NeedsUnlessLocal(Scopes.Read).AnswersAlso("text/plain").Says("What the server measures of itself, as Prometheus reads it.");

    static ContentHttpResult Handle(Engine engine) =>
        TypedResults.Text(PrometheusPage.Write(engine.Figures.Read()), PrometheusPage.MediaType);
}
