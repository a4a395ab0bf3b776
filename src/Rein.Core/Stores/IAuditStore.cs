namespace Rein.Core.Stores;

/// <summary>What is written down beside the change itself. A number never changes its meaning.</summary>
public enum AuditAction
{
    OrganizationCreated = 0,
    KeyCreated = 1,
    KeyRotated = 2,
    KeyRevoked = 3,
    LinkCreated = 4,
    LinkUsed = 5,
    LinkRevoked = 6,
    WorkflowSaved = 7,
    LimitSet = 8,
    SecretSet = 9,
    SecretRemoved = 10,
    LimitRemoved = 11,
    PoolDrained = 30,
    PoolReopened = 31,
    SessionDrained = 32,
    SessionReopened = 33,
    DrillSet = 34,
    DrillFailed = 35,
    DrillPassed = 36,
}

/// <summary>
/// Who did what, to be written in the transaction of what it tells of: the stores that change something take it, this one only reads.
/// </summary>
/// <param name="Actor">As in receipts: <c>key:NAME</c>, <c>link:ID</c>.</param>
/// <param name="Target">What it was done to, as <c>KIND:ID</c>.</param>
/// <param name="Request">The request's id, which its answer carried.</param>
public sealed record AuditEntry(Guid Organization, string Actor, AuditAction Action, string Target, Guid Request)
{
    /// <summary>What else there is to know, in words; never a secret.</summary>
    public string? Detail { get; init; }
}

/// <param name="Number">Grows with every entry of the installation; there may be gaps.</param>
/// <param name="At">By the store's clock.</param>
public sealed record AuditLine(long Number, DateTimeOffset At, AuditEntry Entry);

/// <summary>Everything that is given must hold.</summary>
/// <param name="Before">Only entries with a smaller number.</param>
/// <param name="Since">This moment included.</param>
/// <param name="Until">This moment excluded.</param>
public sealed record AuditQuery(
    Guid Organization, int Count, long? Before = null, AuditAction? Action = null, string? Actor = null, string? Target = null,
    DateTimeOffset? Since = null, DateTimeOffset? Until = null);

/// <summary>The audit. It only grows, and the database refuses to change or shorten it.</summary>
public interface IAuditStore
{
    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<AuditLine>> List(AuditQuery query, CancellationToken cancel);
}
