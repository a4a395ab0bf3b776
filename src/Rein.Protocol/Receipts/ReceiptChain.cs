using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rein.Protocol.Receipts;

/// <summary>
/// What binds receipts together and what a seal signs, to the byte: UTF-8, a line feed after each line, hashes in lower-case hex. Whoever has these texts can
/// check a chain with <c>sha256sum</c> and <c>openssl dgst -sha256 -verify</c>.
/// </summary>
public static class ReceiptChain
{
    /// <summary>The link before the first entry: 32 zero bytes.</summary>
    public static ReadOnlyMemory<byte> Start { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The link of an entry: SHA-256 over the link before it, its place, its run, its number in its receipt, and its hash.</summary>
    /// <param name="previous">The link of the place before, 32 bytes.</param>
    /// <param name="place">Counts from 1 within the organization, without gaps.</param>
    /// <param name="run">The run whose receipt it belongs to.</param>
    /// <param name="number">Counts from 1 within the receipt.</param>
    /// <param name="sha256">Over the entry's body, 32 bytes.</param>
    public static byte[] Link(ReadOnlySpan<byte> previous, long place, Guid run, int number, ReadOnlySpan<byte> sha256) =>
        SHA256.HashData(Lines("rein-link-1", Hex(previous), Text(place), run.ToString(), Text(number), Hex(sha256)));

    /// <summary>What the key of a seal signs.</summary>
    /// <param name="organization">Whose chain.</param>
    /// <param name="number">Of the seal: counts from 1 within the organization, without gaps.</param>
    /// <param name="place">The last place it covers.</param>
    /// <param name="link">The link of that place.</param>
    /// <param name="at">When, by the clock of the node that signed; to the microsecond.</param>
    /// <param name="key">The key's id.</param>
    public static byte[] SealText(Guid organization, long number, long place, ReadOnlySpan<byte> link, DateTimeOffset at, string key) =>
        Lines("rein-seal-1", organization.ToString(), Text(number), Text(place), Hex(link), Time(at), key);

    /// <summary>A key's id: the first 16 hex digits of SHA-256 over its SubjectPublicKeyInfo.</summary>
    /// <param name="publicKey">DER.</param>
    public static string KeyId(ReadOnlySpan<byte> publicKey) => Hex(SHA256.HashData(publicKey))[..16];

    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static byte[] Lines(params ReadOnlySpan<string> lines) => Encoding.UTF8.GetBytes(string.Concat(string.Join('\n', lines!), "\n"));
}
