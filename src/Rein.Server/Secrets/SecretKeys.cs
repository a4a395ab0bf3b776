using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Rein.Core.Stores;

namespace Rein.Server.Secrets;

/// <summary>
/// The keys that secrets are sealed under, AES-256 in GCM: the first seals, all of them open. A new one is put before the old one, and the old one is
/// taken away when everything was sealed anew.
/// </summary>
public sealed class SecretKeys
{
    const int KeySize = 32;
    const int NonceSize = 12;
    const int TagSize = 16;

    readonly List<(string Id, byte[] Key)> keys = [];

    SecretKeys() { }

    /// <summary>Names the key that seals. It says nothing about it.</summary>
    public string CurrentId => keys[0].Id;

    /// <summary>The text of a new key.</summary>
    public static string Draw() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize));

    /// <param name="text">One key or some, 32 bytes in base64 each, with a comma or a line's end between them.</param>
    /// <exception cref="FormatException">It is not; the message repeats nothing of it.</exception>
    public static SecretKeys Parse(string text)
    {
        var parsed = new SecretKeys();
        foreach (var word in text.Split([',', '\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var key = new byte[KeySize + 1];
            if (!Convert.TryFromBase64String(word, key, out var size) || size != KeySize)
                throw new FormatException($"Key {parsed.keys.Count + 1} for secrets is not {KeySize} bytes in base64.");
            parsed.keys.Add((IdOf(key.AsSpan(0, KeySize)), key[..KeySize]));
        }
        return parsed.keys.Count > 0 ? parsed : throw new FormatException("There is no key for secrets in it.");
    }

    static string IdOf(ReadOnlySpan<byte> key) => Convert.ToHexStringLower(SHA256.HashData([.. "rein secret key "u8, .. key]).AsSpan(0, 8));

    /// <summary>Bound to its organization and its name: it opens in no other place.</summary>
    internal SealedSecret Seal(Guid organization, string name, string value, DateTimeOffset now)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var box = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var aes = new AesGcm(keys[0].Key, TagSize);
        aes.Encrypt(box.AsSpan(0, NonceSize), plain, box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), Place(organization, name));
        return new(organization, name, CurrentId, box, now);
    }

    /// <returns>The value; or null, and why not.</returns>
    internal string? Open(SealedSecret secret, out string why)
    {
        why = "";
        if (keys.Find(one => one.Id == secret.KeyId).Key is not { } key)
        {
            why = $"it was sealed under the key {secret.KeyId}, which this server was not given.";
            return null;
        }
        try
        {
            var box = secret.Value.Span;
            var plain = new byte[Math.Max(0, box.Length - NonceSize - TagSize)];
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(box[..NonceSize], box[NonceSize..^TagSize], box[^TagSize..], plain, Place(secret.Organization, secret.Name));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            why = "its row is damaged; set it anew.";
            return null;
        }
    }

    /// <summary>What a signal to a step carries in the place of an API key, 192 bits in base64url. It follows from the run and the step, and is kept nowhere.</summary>
    internal string SignalSecret(Guid run, string step) => SignalSecret(keys[0].Key, run, step);

    /// <summary>Whether it is the secret under any of the keys, compared in constant time.</summary>
    internal bool IsSignalSecret(Guid run, string step, string secret)
    {
        var said = Encoding.UTF8.GetBytes(secret);
        var isOne = false;
        foreach (var (_, key) in keys)
            isOne |= CryptographicOperations.FixedTimeEquals(said, Encoding.ASCII.GetBytes(SignalSecret(key, run, step)));
        return isOne;
    }

    static string SignalSecret(byte[] key, Guid run, string step)
    {
        var own = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeySize, info: "rein signals"u8.ToArray());
        byte[] place = [.. run.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(step)];
        var code = HMACSHA256.HashData(own, place);
        return Base64Url.EncodeToString(code.AsSpan(0, 24));
    }

    static byte[] Place(Guid organization, string name) => [.. organization.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(name)];
}
