namespace Rein.Core.Stores;

[Flags]
public enum Scopes
{
    None = 0,
    Read = 1,
    Start = 2,
    Stop = 4,
    Work = 8,
    Admin = 16,
    All = Read | Start | Stop | Work | Admin,
}

/// <summary>Organizations and their API keys. A key is known by its prefix and checked by its hash; the key itself is never stored.</summary>
public interface IKeyStore
{
    Task<Guid> CreateOrganization(string name, CancellationToken cancel);

    /// <summary>A new organization together with its first key, or nothing at all.</summary>
    /// <returns>False where the name is taken.</returns>
    Task<bool> Found(string name, ApiKey first, CancellationToken cancel);

    Task<Guid?> FindOrganization(string name, CancellationToken cancel);
    Task Create(ApiKey key, CancellationToken cancel);

    /// <summary>By the public part of the key; revoked ones are not found.</summary>
    Task<ApiKey?> Find(string prefix, CancellationToken cancel);

    Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel);
    Task<bool> Revoke(Guid organization, Guid id, CancellationToken cancel);
}

/// <param name="Prefix">The public part, unique.</param>
/// <param name="Hash">SHA-256 over the secret part.</param>
public sealed record ApiKey(Guid Id, Guid Organization, string Name, string Prefix, ReadOnlyMemory<byte> Hash, Scopes Scopes, DateTimeOffset CreatedAt);
