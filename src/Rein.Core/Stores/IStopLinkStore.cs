namespace Rein.Core.Stores;

/// <summary>Links that can watch and stop one run. A link is known by its prefix and checked by its hash; the link itself is never stored.</summary>
public interface IStopLinkStore
{
    Task Create(StopLink link, AuditEntry? audit, CancellationToken cancel);

    /// <summary>By the public part; revoked ones are not found, expired ones are.</summary>
    Task<StopLink?> Find(string prefix, CancellationToken cancel);

    /// <summary>Those of a run that were not revoked.</summary>
    Task<IReadOnlyList<StopLink>> List(Guid organization, Guid run, CancellationToken cancel);

    /// <summary>The link of the newest run of an organization that has one whose name begins so, a revoked one too.</summary>
    /// <param name="among">So many of its newest runs are looked at.</param>
    Task<StopLink?> Last(Guid organization, string named, int among, CancellationToken cancel);

    Task<bool> Revoke(Guid organization, Guid run, Guid id, AuditEntry? audit, CancellationToken cancel);
}

/// <param name="Prefix">The public part, unique; what is done through the link is done by <c>link:PREFIX</c>.</param>
/// <param name="Hash">SHA-256 over the secret part.</param>
/// <param name="Creator">Who made it, as an actor.</param>
public sealed record StopLink(
    Guid Id, Guid Organization, Guid Run, string Prefix, ReadOnlyMemory<byte> Hash, string Name, string Creator, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt);
