namespace Rein.Core.Stores;

/// <summary>The chains of receipts, one per organization: entries in one order, and seals that sign how far a chain has got. Append-only.</summary>
public interface ISealStore
{
    /// <summary>Organizations that have entries outside of their chain.</summary>
    Task<IReadOnlyList<Guid>> Owing(int count, CancellationToken cancel);

    /// <summary>The end of a chain and the entries that come next, in their order.</summary>
    Task<LooseEnd> LooseEnd(Guid organization, int count, CancellationToken cancel);

    /// <summary>Appends entries and the seal over the last of them, in one transaction.</summary>
    /// <returns>False where somebody else was faster: nothing was written.</returns>
    Task<bool> Append(Guid organization, IReadOnlyList<ChainLink> links, Seal seal, CancellationToken cancel);

    /// <summary>Entries of the chain after a place, ascending.</summary>
    Task<IReadOnlyList<ChainedEntry>> Chain(Guid organization, long after, int count, CancellationToken cancel);

    /// <summary>Seals over places after <paramref name="after"/>, ascending: the first of them covers the place that comes next.</summary>
    Task<IReadOnlyList<Seal>> Seals(Guid organization, long after, int count, CancellationToken cancel);

    /// <summary>Remembers the public half of a key that signs here.</summary>
    Task Remember(SealKey key, CancellationToken cancel);

    /// <summary>Every key that ever signed here, oldest first.</summary>
    Task<IReadOnlyList<SealKey>> Keys(CancellationToken cancel);
}

/// <param name="Last">The last seal; null where there is none yet.</param>
public sealed record LooseEnd(Seal? Last, IReadOnlyList<LooseEntry> Entries);

/// <param name="Hash">SHA-256 over the stored body.</param>
public sealed record LooseEntry(Guid Run, int Number, ReadOnlyMemory<byte> Hash);

/// <summary>An entry's place, and the link that binds it to everything before it.</summary>
public sealed record ChainLink(Guid Run, int Number, long Place, ReadOnlyMemory<byte> Link);

/// <param name="Body">As it was stored, to the byte.</param>
public sealed record ChainedEntry(long Place, Guid Run, int Number, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Link);

/// <param name="Number">Counts from 1 within the organization.</param>
/// <param name="Place">The last place it covers.</param>
/// <param name="Link">Of that place.</param>
/// <param name="Key">Which key signed: <see cref="SealKey.Id"/>.</param>
public sealed record Seal(long Number, long Place, ReadOnlyMemory<byte> Link, DateTimeOffset At, string Key, ReadOnlyMemory<byte> Signature);

/// <param name="PublicKey">SubjectPublicKeyInfo.</param>
public sealed record SealKey(string Id, ReadOnlyMemory<byte> PublicKey, DateTimeOffset Since);
