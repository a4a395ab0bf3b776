using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rein.Protocol.Receipts;

namespace Rein.System.Tests.Receipts;

/// <summary>What a verifier must notice, on a file that was made by the rules of docs/decisions/0010 and not by the server.</summary>
public sealed class ReceiptFileTests : IDisposable
{
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly Guid organization = Id(0);
    readonly List<string> file = [];

    public ReceiptFileTests()
    {
        Add(new ChainLine { Format = 1, Organization = organization, After = 0, Link = new string('0', 64) });
        var link = ReceiptChain.Start.ToArray();
        for (var place = 1; place <= 6; place++)
        {
            var (run, body) = (Id(place), $$"""{"verdict":"killed","of":{{place}}}""");
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(body));
            link = ReceiptChain.Link(link, place, run, 1, hash);
            Add(new EntryLine { Place = place, Run = run, Number = 1, Sha256 = Convert.ToHexStringLower(hash), Link = Convert.ToHexStringLower(link), Body = body });
            if (place % 2 == 0)
                Add(SealOver(place / 2, place, link));
        }
    }

    [Fact]
    public async Task An_export_as_it_was_written_holds()
    {
        var read = await Verify(file);
        Assert.Equal((organization, 0, 6, 3), (read.Organization, read.After, read.Place, read.Seals));
        Assert.Equal(3, read.Seal!.Number);
    }

    [Fact]
    public async Task An_export_may_go_on_where_another_ended()
    {
        var first = JsonSerializer.Deserialize(file[3], ReceiptJson.Default.ReceiptLine);
        var head = Text(new ChainLine { Format = 1, Organization = organization, After = 2, Link = Assert.IsType<SealLine>(first).Link });
        Assert.Equal((2, 6, 2), await Figures([head, .. file[4..]]));
    }

    [Fact]
    public async Task A_chain_without_entries_holds() => Assert.Null((await Verify([file[0]])).Seal);

    public static TheoryData<string, Func<List<string>, IEnumerable<string>>> Tampered => new()
    {
        { "a body", file => Replaced(file, 1, "killed", "exited") },
        { "a run", file => Replaced(file, 1, Run(file[1]), Guid.Empty.ToString()) },
        { "a number", file => Replaced(file, 1, "\"number\":1", "\"number\":2") },
        { "a link", file => Replaced(file, 4, "\"link\":\"", "\"link\":\"0") },
        { "a word that nobody signed", file => Replaced(file, 1, "\"place\"", "\"note\":1,\"place\"") },
        { "a field said twice", file => Replaced(file, 1, "\"place\":1", "\"place\":1,\"place\":1") },
        { "an entry removed", file => file.Where((_, i) => i != 2) },
        { "an entry and its seal removed", file => file.Where((_, i) => i is not (4 or 5 or 6)) },
        { "the first seal removed", file => file.Where((_, i) => i != 3) },
        { "an entry inserted", file => [.. file[..2], file[1], .. file[2..]] },
        { "two entries exchanged", file => [file[0], file[2], file[1], .. file[3..]] },
        { "two seals exchanged", file => [.. file[..3], file[6], .. file[4..6], file[3], .. file[7..]] },
        { "the time of a seal", file => Replaced(file, 3, "2026-", "2025-") },
        { "the number of a seal", file => Replaced(file, 3, "\"number\":1", "\"number\":2") },
        { "the organization", file => Replaced(file, 0, "\"organization\":\"0", "\"organization\":\"1") },
        { "the beginning", file => Replaced(file, 0, "\"after\":0", "\"after\":1") },
        { "the last seal cut off", file => file[..^1] },
        { "a file cut within a line", file => [.. file[..^1], file[^1][..20]] },
        { "a second head", file => [.. file, file[0]] },
        { "no head", file => file[1..] },
        { "an empty line", file => [.. file, ""] },
        { "another format", file => Replaced(file, 0, "\"format\":1", "\"format\":2") },
        { "nothing at all", _ => [] },
    };

    [Theory]
    [MemberData(nameof(Tampered))]
    public async Task What_was_done_to_an_export_is_found(string what, Func<List<string>, IEnumerable<string>> tamper)
    {
        var changed = tamper(file).ToList();
        Assert.False(changed.SequenceEqual(file), $"{what}: nothing was changed");
        await Assert.ThrowsAsync<ReceiptFileException>(() => Verify(changed));
    }

    [Fact]
    public async Task A_chain_that_somebody_computed_anew_needs_the_key_to_be_sealed()
    {
        using var theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var verifier = new ReceiptVerifier();
        verifier.Trust(theirs.ExportSubjectPublicKeyInfoPem());
        var refused = await Assert.ThrowsAsync<ReceiptFileException>(() => Verify(file, verifier));
        Assert.Equal(4, refused.Line);
        Assert.Contains("none of those that were given", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_texts_are_those_of_the_document()
    {
        var entry = Assert.IsType<EntryLine>(JsonSerializer.Deserialize(file[1], ReceiptJson.Default.ReceiptLine));
        var text = $"rein-link-1\n{new string('0', 64)}\n1\n{entry.Run}\n1\n{entry.Sha256}\n";
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), entry.Link);
        var seal = (await Verify(file)).Seal!;
        var signed = $"rein-seal-1\n{organization}\n3\n6\n{seal.Link}\n2026-01-02T03:04:05.000000Z\n{seal.Key}\n";
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(signed), Convert.FromBase64String(seal.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    static Guid Id(int number) => new(number, 7, 7, [0x87, 7, 7, 7, 7, 7, 7, 7]);

    SealLine SealOver(long number, long place, byte[] link)
    {
        var (at, id) = (new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), ReceiptChain.KeyId(key.ExportSubjectPublicKeyInfo()));
        var signature = key.SignData(ReceiptChain.SealText(organization, number, place, link, at, id), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new() { Number = number, Place = place, Link = Convert.ToHexStringLower(link), At = at, Key = id, Signature = Convert.ToBase64String(signature) };
    }

    async Task<(long, long, long)> Figures(IEnumerable<string> lines)
    {
        var read = await Verify(lines);
        return (read.After, read.Place, read.Seals);
    }

    async Task<ReceiptFile> Verify(IEnumerable<string> lines)
    {
        using var verifier = new ReceiptVerifier();
        verifier.Trust(key.ExportSubjectPublicKeyInfoPem());
        return await Verify(lines, verifier);
    }

    static Task<ReceiptFile> Verify(IEnumerable<string> lines, ReceiptVerifier verifier) =>
        verifier.Verify(new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))), TestContext.Current.CancellationToken);

    static List<string> Replaced(List<string> file, int line, string old, string with)
    {
        var changed = file.ToList();
        changed[line] = changed[line].Replace(old, with, StringComparison.Ordinal);
        return changed;
    }

    static string Run(string line) => JsonElement.Parse(line).GetProperty("run").GetString()!;

    void Add(ReceiptLine line) => file.Add(Text(line));

    static string Text(ReceiptLine line) => JsonSerializer.Serialize(line, ReceiptJson.Default.ReceiptLine);

    public void Dispose() => key.Dispose();
}
