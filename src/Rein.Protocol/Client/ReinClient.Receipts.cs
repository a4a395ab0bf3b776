using System.Globalization;
using Rein.Protocol.Receipts;

namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>Writes the organization's sealed receipts as they are, for <see cref="ReceiptVerifier"/>. Needs the scope <c>read</c>.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="after">The place to go on from; 0 for the whole chain.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ReinException"><c>place_not_found</c>: nothing is sealed at that place.</exception>
    public async Task ExportReceipts(Stream to, long after = 0, CancellationToken cancel = default)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/v1/receipts/export?after={after}");
        using var response = await Send(new(HttpMethod.Get, path), "application/x-ndjson", cancel).ConfigureAwait(false);
        await response.Content.CopyToAsync(to, cancel).ConfigureAwait(false);
    }

    /// <summary>The public halves of the keys that sign receipts. Trust them only as far as you trust the server. Needs the scope <c>read</c>.</summary>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task<SealKeyList> ListSealKeys(CancellationToken cancel = default) => Get("/v1/receipts/keys", ProtocolJson.Default.SealKeyList, cancel);
}
