using System.Security.Cryptography;
using System.Text;

namespace Rein.Server.Access;

/// <summary>How a stop link is written, behind its address: a public part to find it by, and a secret like a key's.</summary>
static class LinkText
{
    const int PrefixLength = 12;

    public static (string Prefix, string Text, byte[] Hash) Draw()
    {
        var prefix = RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true);
        var secret = KeyText.DrawSecret();
        return (prefix, prefix + secret, KeyText.HashOf(secret));
    }

    public static bool TryRead(string text, out string prefix, out string secret)
    {
        var isLink = text.Length == PrefixLength + KeyText.SecretLength && Ascii.IsValid(text);
        (prefix, secret) = isLink ? (text[..PrefixLength], text[PrefixLength..]) : ("", "");
        return isLink;
    }
}
