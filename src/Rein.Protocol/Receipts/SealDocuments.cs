namespace Rein.Protocol.Receipts;

/// <summary>How far a receipt is sealed.</summary>
public sealed record SealDocument
{
    /// <summary><c>sealed</c>, or <c>pending</c>: about a second after it was written.</summary>
    public string State { get; init; } = "";

    /// <summary>The place of its last entry in the chain of the organization; null while it is pending.</summary>
    public long? Place { get; init; }

    /// <summary>The seal that covers that place.</summary>
    public long? Number { get; init; }

    /// <summary>Which key signed.</summary>
    public string? Key { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>A key that signs receipts here.</summary>
public sealed record SealKeyDocument
{
    /// <summary>The first 16 hex digits of SHA-256 over its SubjectPublicKeyInfo.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its public half, as PEM.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>When it was seen first.</summary>
    public DateTimeOffset Since { get; init; }
}

/// <summary>Every key that ever signed here, oldest first.</summary>
public sealed record SealKeyList
{
    /// <summary>The keys.</summary>
    public IReadOnlyList<SealKeyDocument> Keys { get; init; } = [];
}
