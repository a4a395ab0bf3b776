using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol.Receipts;

namespace Rein.Storage.Tests.Contract;

/// <summary>Seals receipts as a server does, and verifies them as `rein receipt verify` does.</summary>
sealed class Notary : IDisposable
{
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task Seal(IStores stores, Guid organization)
    {
        var publicKey = key.ExportSubjectPublicKeyInfo();
        var (id, at) = (ReceiptChain.KeyId(publicKey), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await stores.Seals.Remember(new(id, publicKey, at), Cancel);
        var end = await stores.Seals.LooseEnd(organization, 100, Cancel);
        var (place, link, links) = (end.Last?.Place ?? 0, end.Last?.Link ?? ReceiptChain.Start, new List<ChainLink>());
        foreach (var entry in end.Entries)
            links.Add(new(entry.Run, entry.Number, ++place, link = ReceiptChain.Link(link.Span, place, entry.Run, entry.Number, entry.Hash.Span)));
        var number = (end.Last?.Number ?? 0) + 1;
        var signature = key.SignData(
            ReceiptChain.SealText(organization, number, place, link.Span, at, id), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(await stores.Seals.Append(organization, links, new(number, place, link, at, id, signature), Cancel));
    }

    /// <summary>The whole chain, as an export writes it.</summary>
    public async Task<ReceiptFile> Verify(IStores stores, Guid organization)
    {
        using var verifier = new ReceiptVerifier();
        verifier.Trust(key.ExportSubjectPublicKeyInfoPem());
        var lines = new List<ReceiptLine> { new ChainLine { Format = 1, Organization = organization, After = 0, Link = Hex(ReceiptChain.Start) } };
        var chain = await stores.Seals.Chain(organization, 0, 100, Cancel);
        foreach (var seal in await stores.Seals.Seals(organization, 0, 100, Cancel))
        {
            lines.AddRange(chain.Take((int)seal.Place).Skip(lines.OfType<EntryLine>().Count()).Select(LineOf));
            lines.Add(new SealLine
            {
                Number = seal.Number, Place = seal.Place, Link = Hex(seal.Link), At = seal.At, Key = seal.Key, Signature = Convert.ToBase64String(seal.Signature.Span),
            });
        }
        var file = string.Concat(lines.Select(line => JsonSerializer.Serialize(line, ReceiptJson.Default.ReceiptLine) + "\n"));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return await verifier.Verify(stream, Cancel);
    }

    static EntryLine LineOf(ChainedEntry entry) => new()
    {
        Place = entry.Place, Run = entry.Run, Number = entry.Number, Sha256 = Hex(entry.Hash), Link = Hex(entry.Link), Body = Encoding.UTF8.GetString(entry.Body.Span),
    };

    static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    public void Dispose() => key.Dispose();
}
