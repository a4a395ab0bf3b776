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
    Task<bool> Found(string name, ApiKey first, AuditEntry? audit, CancellationToken cancel);

    Task<Guid?> FindOrganization(string name, CancellationToken cancel);

    /// <summary>All of the installation, by name.</summary>
    Task<IReadOnlyList<Organization>> ListOrganizations(string? after, int count, CancellationToken cancel);

    Task Create(ApiKey key, AuditEntry? audit, CancellationToken cancel);

    /// <summary>By the public part of the key; revoked ones are not found.</summary>
    Task<ApiKey?> Find(string prefix, CancellationToken cancel);

    Task<IReadOnlyList<ApiKey>> List(Guid organization, CancellationToken cancel);

    /// <summary>Refuses the last key of the organization that may administrate and has not expired.</summary>
    Task<KeyRevocation> Revoke(Guid organization, Guid id, AuditEntry? audit, CancellationToken cancel);

    /// <summary>A new secret in the place of the old one, which opens for the overlap still. One that was replaced before opens nothing any more.</summary>
    /// <returns>The key as it is now; null where there is none of this id.</returns>
    Task<ApiKey?> Rotate(Guid organization, Guid id, ReadOnlyMemory<byte> hash, TimeSpan overlap, AuditEntry? audit, CancellationToken cancel);

    /// <summary>Notes when keys were used last. Never moves back.</summary>
    Task Used(IReadOnlyCollection<KeyUse> uses, CancellationToken cancel);
}

public enum KeyRevocation
{
    Done,
    Unknown,
    LastAdmin,
}

public sealed record Organization(Guid Id, string Name, DateTimeOffset CreatedAt);

public readonly record struct KeyUse(Guid Key, DateTimeOffset At);

/// <param name="Prefix">The public part, unique.</param>
/// <param name="Hash">SHA-256 over the secret part.</param>
public sealed record ApiKey(Guid Id, Guid Organization, string Name, string Prefix, ReadOnlyMemory<byte> Hash, Scopes Scopes, DateTimeOffset CreatedAt)
{
    /// <summary>From here on it opens nothing; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The secret that was replaced last, while it opens still.</summary>
    public FormerSecret? Former { get; init; }

    /// <summary>To within some minutes; null for never.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Requests other than stops; null for the server's own figure.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>A key of workers of this pool alone, <see cref="Definitions.PoolName.Default"/> included; null for one that is bound to no pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Null for the server's own figure.</summary>
    public double? StopsPerSecond { get; init; }
}

public sealed record FormerSecret(ReadOnlyMemory<byte> Hash, DateTimeOffset Until);
