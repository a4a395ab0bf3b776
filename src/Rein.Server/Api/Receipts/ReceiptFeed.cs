using System.Text;
using Rein.Core.Stores;
using Rein.Protocol.Receipts;
using Rein.Server.Api.Feeds;

namespace Rein.Server.Api.Receipts;

/// <summary>The chain after a place, seal by seal. What is sealed does not change: it is read in pages, while more is appended.</summary>
sealed class ReceiptFeed(ISealStore seals, Guid organization, long after, ReadOnlyMemory<byte> link) : IResult
{
    const int Page = 100;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (output, cancel) = (httpContext.Response.BodyWriter, httpContext.RequestAborted);
        httpContext.Response.ContentType = Wire.Ndjson;
        httpContext.Response.Headers.ContentDisposition = "attachment; filename=\"receipts.ndjson\"";
        Write(new ChainLine { Format = 1, Organization = organization, After = after, Link = Hex(link) });
        while (await seals.Seals(organization, after, Page, cancel) is { Count: > 0 } page)
            foreach (var seal in page)
            {
                while (after < seal.Place)
                    await WriteEntries(seal.Place);
                Write(LineOf(seal));
                await output.FlushAsync(cancel);
            }
        await output.FlushAsync(cancel);

        async Task WriteEntries(long upTo)
        {
            var entries = await seals.Chain(organization, after, (int)Math.Min(Page, upTo - after), cancel);
            if (entries.Count == 0)
                throw new StoreException($"The chain of {organization} has no entry after place {after}, but a seal up to place {upTo}.");
            foreach (var entry in entries)
                Write(LineOf(entry));
            after = entries[^1].Place;
        }

        void Write(ReceiptLine line)
        {
            output.Add(Wire.Bytes(line, ReceiptJson.Default.ReceiptLine));
            output.Add("\n"u8);
        }
    }

    static EntryLine LineOf(ChainedEntry entry) => new()
    {
        Place = entry.Place,
        Run = entry.Run,
        Number = entry.Number,
        Sha256 = Hex(entry.Hash),
        Link = Hex(entry.Link),
        Body = Encoding.UTF8.GetString(entry.Body.Span),
    };

    static SealLine LineOf(Seal seal) => new()
    {
        Number = seal.Number,
        Place = seal.Place,
        Link = Hex(seal.Link),
        At = seal.At,
        Key = seal.Key,
        Signature = Convert.ToBase64String(seal.Signature.Span),
    };

    static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
