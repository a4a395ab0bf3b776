using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Runs;
using Rein.Server.Problems;

namespace Rein.Server.Api.StopLinks;

/// <summary>Whoever may stop a run may have it stopped by somebody without a key.</summary>
static class CreateStopLink
{
    const double TenYears = 315_360_000;

    public static void MapCreateStopLink(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/stop-link", Handle).Needs(Scopes.Stop | Scopes.Start).Takes<CreateStopLinkRequest>().Says("Makes a link that can watch and stop this run, and nothing else. It is in the answer, and nowhere else ever again.");

    static async Task<Results<Created<StopLinkDocument>, Refusal>> Handle(
        HttpContext http, RunId run, Query query, Caller caller, LinkRing links, IStores stores, ReinServerOptions options, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var name = fields.Text("name", 100) ?? "";
        var life = fields.Seconds("expiresInSeconds", 1, TenYears);
        fields.RefuseOthers();
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await stores.Reader.Find(caller.Organization, run.Value, cancel) is null)
            return await stores.Missing(caller, run, cancel);
        if ((await stores.StopLinks.List(caller.Organization, run.Value, cancel)).Count >= LinkRing.MostPerRun)
            return Refusal.Of(ProblemCodes.TooManyLinks);
        var (link, text) = links.New(caller, run.Value, name, life);
        await stores.StopLinks.Create(link, http.Note(caller, AuditAction.LinkCreated, link.Target(), link.Say()), cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, link.ToDocument() with { Url = $"{Base(http.Request, options)}/stop/{text}" });
    }

    /// <summary>Under which address others reach this server, without a slash at its end.</summary>
    public static string Base(HttpRequest request, ReinServerOptions options) => options.PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}";
}
