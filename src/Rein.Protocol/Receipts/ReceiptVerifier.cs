using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rein.Protocol.Receipts;

/// <summary>
/// Checks an export of receipts without a server: a changed, removed, inserted or exchanged entry is found, and so is a seal that none of the
/// trusted keys has made. That the end was cut off, together with its seals, no file can show: compare <see cref="ReceiptFile.Seal"/> with what is known.
/// </summary>
public sealed class ReceiptVerifier : IDisposable
{
    readonly Dictionary<string, ECDsa> keys = [];

    /// <summary>Trusts a key from here on.</summary>
    /// <param name="pem">A public key, ECDSA P-256, as PEM (SubjectPublicKeyInfo).</param>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    public void Trust(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            keys[ReceiptChain.KeyId(key.ExportSubjectPublicKeyInfo())] = key;
        }
        catch (CryptographicException broken)
        {
            key.Dispose();
            throw new ArgumentException(broken.Message, nameof(pem), broken);
        }
        catch (ArgumentException)
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Reads the file to its end, or to the first thing that is wrong.</summary>
    /// <param name="file">An export: NDJSON, UTF-8.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ReceiptFileException">What is wrong, and in which line.</exception>
    public async Task<ReceiptFile> Verify(Stream file, CancellationToken cancel = default)
    {
        using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), false, -1, leaveOpen: true);
        var walk = new Walk(keys);
        for (var number = 1L; ; number++)
            try
            {
                if (await reader.ReadLineAsync(cancel).ConfigureAwait(false) is not { } line)
                    return walk.End();
                walk.Take(JsonSerializer.Deserialize(line, ReceiptJson.Default.ReceiptLine) ?? throw new InvalidDataException("it says null"));
            }
            catch (Exception broken) when (broken is InvalidDataException or JsonException or FormatException or DecoderFallbackException or NotSupportedException)
            {
                throw new ReceiptFileException(number, broken is InvalidDataException ? broken.Message : "it is no line of an export: " + broken.Message, broken);
            }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in keys.Values)
            key.Dispose();
    }

    /// <summary>One pass through one file.</summary>
    sealed class Walk(Dictionary<string, ECDsa> keys)
    {
        ChainLine? chain;
        SealLine? seal;
        byte[] link = [];
        long place;
        long seals;

        public void Take(ReceiptLine line)
        {
            switch (line)
            {
                case ChainLine head when chain is null: Begin(head); break;
                case EntryLine entry when chain is not null: Follow(entry); break;
                case SealLine next when chain is not null: Check(next, chain); break;
                default: throw new InvalidDataException(chain is null ? "the file must begin with its chain line" : "a second chain line");
            }
        }

        void Begin(ChainLine head)
        {
            Require(head.Format is 1, $"format {head.Format} is not known to this program");
            Require(head.After >= 0, "a chain goes on from place 0 or a later one");
            (chain, link, place) = (head, Convert.FromHexString(head.Link), head.After);
            Require(head.Link == ReceiptChain.Hex(link) && (head.After > 0 ? link.Length == SHA256.HashSizeInBytes : link.AsSpan().SequenceEqual(ReceiptChain.Start.Span)),
                "the chain does not begin with its first link");
        }

        void Follow(EntryLine entry)
        {
            Require(entry.Place == place + 1, $"place {entry.Place} follows on place {place}: entries were removed, inserted or exchanged");
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(entry.Body));
            Require(entry.Sha256 == ReceiptChain.Hex(hash), $"the entry at place {entry.Place} was changed: its body does not fit its hash");
            link = ReceiptChain.Link(link, entry.Place, entry.Run, entry.Number, hash);
            place = entry.Place;
            Require(entry.Link == ReceiptChain.Hex(link), $"the entry at place {entry.Place} was changed or exchanged: its link does not follow on the one before");
        }

        void Check(SealLine next, ChainLine head)
        {
            var follows = seal is null ? next.Number == 1 || (head.After > 0 && next.Number > 1) : next.Number == seal.Number + 1;
            Require(follows, $"seal {next.Number} does not follow on {(seal is null ? "the beginning" : $"seal {seal.Number}")}");
            Require(next.Place > (seal?.Place ?? head.After), $"seal {next.Number} covers nothing new");
            Require(next.Place == place && next.Link == ReceiptChain.Hex(link), $"seal {next.Number} is not over what stands before it");
            if (!keys.TryGetValue(next.Key, out var key))
                throw new InvalidDataException($"seal {next.Number} was made with the key {next.Key}, which is none of those that were given");
            var text = ReceiptChain.SealText(head.Organization, next.Number, next.Place, link, next.At, next.Key);
            var isOurs = key.VerifyData(text, Convert.FromBase64String(next.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            Require(isOurs, $"the signature of seal {next.Number} is wrong");
            seal = next;
            seals++;
        }

        public ReceiptFile End()
        {
            if (chain is null)
                throw new InvalidDataException("the file is empty");
            Require(place == (seal?.Place ?? chain.After), $"what follows on place {seal?.Place ?? chain.After} is not sealed");
            return new(chain.Organization, chain.After, place, seals, seal);
        }

        static void Require(bool holds, string otherwise)
        {
            if (!holds)
                throw new InvalidDataException(otherwise);
        }
    }
}

/// <summary>An export that holds.</summary>
/// <param name="Organization">Whose receipts.</param>
/// <param name="After">The place that the file goes on from; 0 where it begins with the first.</param>
/// <param name="Place">The last place it holds.</param>
/// <param name="Seals">How many seals it holds.</param>
/// <param name="Seal">The last one; null where the file holds no entry.</param>
public sealed record ReceiptFile(Guid Organization, long After, long Place, long Seals, SealLine? Seal);

/// <summary>An export that does not hold.</summary>
public sealed class ReceiptFileException : Exception
{
    internal ReceiptFileException(long line, string what, Exception inner) : base($"line {line}: {what}", inner) => Line = line;

    /// <summary>Counts from 1.</summary>
    public long Line { get; }
}
