namespace Rein.Core.Stores;

/// <summary>Secrets, sealed before they come here: no store ever sees a value.</summary>
public interface ISecretStore
{
    /// <returns>False: it took the place of an earlier one of the same name.</returns>
    Task<bool> Put(SealedSecret secret, AuditEntry? audit, CancellationToken cancel);

    /// <summary>Those there are of these names.</summary>
    Task<IReadOnlyList<SealedSecret>> Find(Guid organization, IReadOnlyCollection<string> names, CancellationToken cancel);

    /// <summary>By name; the sealed values are left out.</summary>
    Task<IReadOnlyList<SealedSecret>> List(Guid organization, CancellationToken cancel);

    Task<bool> Remove(Guid organization, string name, AuditEntry? audit, CancellationToken cancel);

    /// <summary>Of every organization: those that were sealed under another key.</summary>
    Task<IReadOnlyList<SealedSecret>> NotUnder(string keyId, CancellationToken cancel);

    /// <summary>The same value under another key, where it is still the one that was read.</summary>
    Task Reseal(SealedSecret before, SealedSecret after, CancellationToken cancel);
}

/// <param name="KeyId">Which key sealed it.</param>
/// <param name="Value">Opaque to a store.</param>
/// <param name="SetAt">By the clock of the node that took it.</param>
public sealed record SealedSecret(Guid Organization, string Name, string KeyId, ReadOnlyMemory<byte> Value, DateTimeOffset SetAt);
