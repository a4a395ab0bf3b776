using System.Security.Cryptography;
using System.Text;

namespace Rein.Server.Access;

/// <summary>How a key is written: <c>rein_PREFIX_SECRET</c>, a public part to find it by and 256 random bits.</summary>
static class KeyText
{
    const string Mark = "rein_";
    const int PrefixLength = 12;

    /// <summary>Hex digits: 256 random bits.</summary>
    public const int SecretLength = 64;

    public static (string Prefix, string Text, byte[] Hash) Draw()
    {
        var prefix = RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true);
        var (text, hash) = DrawFor(prefix);
        return (prefix, text, hash);
    }

    /// <summary>Another secret behind the same public part.</summary>
    public static (string Text, byte[] Hash) DrawFor(string prefix)
    {
        var secret = DrawSecret();
        return ($"{Mark}{prefix}_{secret}", HashOf(secret));
    }

    public static string DrawSecret() => RandomNumberGenerator.GetHexString(SecretLength, lowercase: true);

    public static byte[] HashOf(ReadOnlySpan<char> secret)
    {
        Span<byte> bytes = stackalloc byte[SecretLength];
        Encoding.ASCII.GetBytes(secret, bytes);
        return SHA256.HashData(bytes);
    }

    public static bool TryRead(ReadOnlySpan<char> key, out ReadOnlySpan<char> prefix, out ReadOnlySpan<char> secret)
    {
        prefix = secret = default;
        if (key.Length != Mark.Length + PrefixLength + 1 + SecretLength || !key.StartsWith(Mark, StringComparison.Ordinal))
            return false;
        prefix = key.Slice(Mark.Length, PrefixLength);
        secret = key[(Mark.Length + PrefixLength + 1)..];
        return key[Mark.Length + PrefixLength] == '_' && Ascii.IsValid(key);
    }

    /// <summary>In a time that does not depend on where they differ.</summary>
    public static bool Fits(ReadOnlySpan<char> secret, ReadOnlySpan<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[SecretLength];
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        Encoding.ASCII.GetBytes(secret, bytes);
        SHA256.HashData(bytes, actual);
        return CryptographicOperations.FixedTimeEquals(actual, hash);
    }
}
