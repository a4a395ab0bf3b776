using Microsoft.AspNetCore.Http.Extensions;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>Gives out an address of the file of a run: whoever has it needs no key, as long as it holds.</summary>
static class DownloadRun
{
    public static void MapDownloadRun(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{run_hash}/download", Handle).Needs(Scopes.Read).Answers<DownloadDocument>()
            .Says("Makes an address for the file of a run, for an hour. It is there once the run is exported.");

    static async Task<IResult> Handle(
        string run_hash, HttpRequest request, Caller caller, RunPages pages, SecretBook secrets, Links links, TimeProvider time, CancellationToken cancel)
    {
        if (await pages.Find(caller.Organization, run_hash, cancel) is not { Export.Manifest: not null } view || secrets.Keys is not { } keys)
            return Fault.NoRun(Signature.NoFile);
        var signature = Signature.Of(keys, view.Run, time.GetUtcNow());
        return Replies.Of(new DownloadDocument
        {
            S3 = links.To(request, $"{LobstrDialect.Version}/exports/{Ids.Of(view.Run.Id)}", new QueryBuilder
            {
                { Signature.OwnerName, signature.Owner }, { Signature.ExpiresName, signature.Expires }, { Signature.SignatureName, signature.Text },
            }),
        });
    }
}
