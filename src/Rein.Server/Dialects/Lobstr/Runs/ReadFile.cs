using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Exports;
using Rein.Server.Api.Feeds;
using Rein.Server.Api.Requests;
using Rein.Server.Items;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>The file of a run, as CSV: where the address of a download leads.</summary>
static class ReadFile
{
    public static void MapReadFile(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/exports/{run_hash}", Handle).NeedsOrSecret(Scopes.Read).Produces<string>(StatusCodes.Status200OK, "text/csv").Says(
            "Reads the file of a run, as CSV: with a key, or with what the address of a download says.",
            new Parameter(Signature.OwnerName, "As in that address."), new Parameter(Signature.ExpiresName, "As in that address."), new Parameter(Signature.SignatureName, "As in that address."));

    static async Task<IResult> Handle(
        string run_hash, Query query, Caller? caller, IStores stores, SecretBook secrets, TimeProvider time, CancellationToken cancel)
    {
        var said = new Signature(query.Text(Signature.OwnerName) ?? "", query.Text(Signature.ExpiresName) ?? "", query.Text(Signature.SignatureName) ?? "");
        if (Ids.Read(run_hash) is not { } run
            || (caller?.Organization ?? (secrets.Keys is { } keys ? said.OwnerOf(keys, run, time.GetUtcNow()) : null)) is not { } owner
            || await stores.Reader.Find(owner, run, cancel) is not { Export.Manifest: { } manifest })
            return Fault.NoRun(Signature.NoFile);
        return await ItemStream.TextOf(run, ItemPosition.Start, ItemForm.Csv, stores.Reader, cancel) is { } text
            ? new ExportFile(run, manifest, ItemForm.Csv, text, stores.Reader)
            : Refusal.Of(ProblemCodes.TooManyColumns);
    }
}
