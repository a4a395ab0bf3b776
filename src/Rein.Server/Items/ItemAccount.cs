using System.Security.Cryptography;
using Rein.Core.Stores;

namespace Rein.Server.Items;

/// <summary>Counts and digests a run's items as the lines they are exported as.</summary>
static class ItemAccount
{
    public static async Task<Manifest> Of(Guid run, IStores stores, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (items, bytes) = (0L, 0L);
        await foreach (var rows in stores.Reader.PagesOfItems(run, ItemPosition.Start, cancel))
            foreach (var row in rows)
            {
                var line = ItemLine.Of(row.Json);
                hash.AppendData(line.Span);
                hash.AppendData("\n"u8);
                items++;
                bytes += line.Length + 1;
            }
        return new(items, await stores.Exports.CountDistinct(run, cancel), bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
