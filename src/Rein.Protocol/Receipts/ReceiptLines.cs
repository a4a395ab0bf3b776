using System.Text.Json.Serialization;

namespace Rein.Protocol.Receipts;

/// <summary>A line of an export of receipts: one <see cref="ChainLine"/>, then entries, each run of them closed by a seal.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ChainLine), "chain")]
[JsonDerivedType(typeof(EntryLine), "entry")]
[JsonDerivedType(typeof(SealLine), "seal")]
public abstract record ReceiptLine;

/// <summary>The head of the file.</summary>
public sealed record ChainLine : ReceiptLine
{
    /// <summary>1: how this file is written and what its hashes are over.</summary>
    public required int Format { get; init; }

    /// <summary>Whose receipts.</summary>
    public required Guid Organization { get; init; }

    /// <summary>The place that the file goes on from; 0 where it holds the whole chain.</summary>
    public required long After { get; init; }

    /// <summary>The link of that place, in hex.</summary>
    public required string Link { get; init; }
}

/// <summary>An entry of a receipt.</summary>
public sealed record EntryLine : ReceiptLine
{
    /// <summary>Counts from 1 within the organization, without gaps.</summary>
    public required long Place { get; init; }

    /// <summary>The run whose receipt it belongs to.</summary>
    public required Guid Run { get; init; }

    /// <summary>Counts from 1 within the receipt.</summary>
    public required int Number { get; init; }

    /// <summary>Over the body in UTF-8, in hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>See <see cref="ReceiptChain.Link"/>; in hex.</summary>
    public required string Link { get; init; }

    /// <summary>JSON as it was stored, to the character.</summary>
    public required string Body { get; init; }
}

/// <summary>A signature over everything before it.</summary>
public sealed record SealLine : ReceiptLine
{
    /// <summary>Counts from 1 within the organization, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>The last place it covers.</summary>
    public required long Place { get; init; }

    /// <summary>The link of that place, in hex.</summary>
    public required string Link { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which key signed.</summary>
    public required string Key { get; init; }

    /// <summary>ECDSA P-256 over <see cref="ReceiptChain.SealText"/>, with SHA-256; DER, in base64.</summary>
    public required string Signature { get; init; }
}

/// <summary>How an export is spelt. Reading is strict: a line with anything that is not signed is no line of ours.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(ReceiptLine))]
public sealed partial class ReceiptJson : JsonSerializerContext;
