using System.Security.Cryptography;
using System.Text;

namespace Rein.Server.Access;

/// <summary>How a stop link is written, behind its address: a public part to find it by, and 256 random bits.</summary>
static class LinkText
{
    const int PrefixLength = 12;
    const int SecretLength = 64;

    public static (string Prefix, string Text, byte[] Hash) Draw()
    {
        var prefix = RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true);
        var secret = RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);
        return (prefix, prefix + secret, HashOf(secret));
    }

    public static bool TryRead(string text, out string prefix, out string secret)
    {
        var isLink = text.Length == PrefixLength + SecretLength && Ascii.IsValid(text);
        (prefix, secret) = isLink ? (text[..PrefixLength], text[PrefixLength..]) : ("", "");
        return isLink;
    }

    /// <summary>In a time that does not depend on where they differ.</summary>
    public static bool Fits(string secret, ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(HashOf(secret), hash);

    static byte[] HashOf(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));
}
