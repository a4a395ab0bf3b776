using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Rein.Core.Stores;
using Rein.Protocol.Receipts;

namespace Rein.Server.Receipts;

/// <summary>The key that this node seals receipts with: ECDSA P-256.</summary>
sealed class SigningKey : IDisposable
{
    const int Bits = 256;

    readonly ECDsa key;
    readonly byte[] publicKey;

    SigningKey(ECDsa key)
    {
        this.key = key;
        publicKey = key.ExportSubjectPublicKeyInfo();
        Id = ReceiptChain.KeyId(publicKey);
    }

    public string Id { get; }

    /// <summary>What is wrong with a private key in PEM, in words for the operator; null when it can sign.</summary>
    public static string? FaultOf(string pem)
    {
        if (!TryRead(pem, out var read, out var fault))
            return fault;
        read.Dispose();
        return null;
    }

    /// <exception cref="ArgumentException">It is no such key.</exception>
    public static SigningKey Read(string pem) => TryRead(pem, out var read, out var fault) ? read : throw new ArgumentException(fault, nameof(pem));

    public SealKey Public(DateTimeOffset since) => new(Id, publicKey, since);

    public byte[] Sign(ReadOnlySpan<byte> text) => key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => key.Dispose();

    static bool TryRead(string pem, [NotNullWhen(true)] out SigningKey? read, [NotNullWhen(false)] out string? fault)
    {
        (read, fault) = (null, null);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var parameters = key.ExportParameters(includePrivateParameters: true);
            if (key.KeySize == Bits && parameters.Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256")
                read = new(key);
            else
                fault = "it is no key on the curve P-256";
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            fault = $"it is no private key in PEM ({broken.Message})";
        }
        if (read is null)
            key.Dispose();
        return read is not null;
    }
}
