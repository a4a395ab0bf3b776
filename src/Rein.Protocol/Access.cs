using System.ComponentModel.DataAnnotations;

namespace Rein.Protocol;

/// <summary>A tenant to be made.</summary>
public sealed record CreateOrganizationRequest
{
    /// <summary>1 to 100 letters, digits, dots, dashes and underscores.</summary>
    [StringLength(100, MinimumLength = 1)]
    public string Name { get; init; } = "";
}

/// <summary>A tenant. Nothing crosses it.</summary>
public sealed record OrganizationDocument
{
    /// <summary>Its id.</summary>
    public Guid Id { get; init; }

    /// <summary>Unique in the installation.</summary>
    public string Name { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its first key. Told once, when it is made.</summary>
    public KeyDocument? Key { get; init; }
}

/// <summary>A page of organizations, by name.</summary>
public sealed record OrganizationList
{
    /// <summary>Without their keys.</summary>
    public IReadOnlyList<OrganizationDocument> Organizations { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}

/// <summary>Who did what.</summary>
public sealed record AuditDocument
{
    /// <summary>Grows with every entry of the installation; there may be gaps.</summary>
    public long Number { get; init; }

    /// <summary>When, by the clock of the database.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who: <c>key:NAME</c> or <c>link:ID</c>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>
    /// <c>organization_created</c>, <c>key_created</c>, <c>key_rotated</c>, <c>key_revoked</c>, <c>link_created</c>, <c>link_used</c>,
    /// <c>link_revoked</c>, <c>workflow_saved</c>, <c>limit_set</c>, <c>limit_removed</c>, <c>secret_set</c>, <c>secret_removed</c>.
    /// </summary>
    public string Action { get; init; } = "";

    /// <summary>To what: <c>KIND:ID</c>.</summary>
    public string Target { get; init; } = "";

    /// <summary>What else there is to know; never a secret.</summary>
    public string? Detail { get; init; }

    /// <summary>The header <c>Request-Id</c> of the answer.</summary>
    public Guid RequestId { get; init; }
}

/// <summary>A page of the audit, newest first.</summary>
public sealed record AuditList
{
    /// <summary>Of the key's organization.</summary>
    public IReadOnlyList<AuditDocument> Entries { get; init; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Cursor { get; init; }
}

/// <summary>Which entries of the audit. Everything that is given must hold.</summary>
public sealed record AuditFilter
{
    /// <summary>See <see cref="AuditDocument.Action"/>.</summary>
    public string? Action { get; init; }

    /// <summary>Exactly this one.</summary>
    public string? Actor { get; init; }

    /// <summary>Exactly this one.</summary>
    public string? Target { get; init; }

    /// <summary>From this moment on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>From the page before; null for the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>1 to 500.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>A link to be made. Everything is optional.</summary>
public sealed record CreateStopLinkRequest
{
    /// <summary>Whom it is for, at most 100 characters; shown in the list only.</summary>
    [MaxLength(100)]
    public string? Name { get; init; }

    /// <summary>Seconds until it opens nothing any more, 1 to 315,360,000; null for never.</summary>
    [Range(1, 315_360_000)]
    public double? ExpiresInSeconds { get; init; }
}

/// <summary>A link that can watch and stop one run, and nothing else.</summary>
public sealed record StopLinkDocument
{
    /// <summary>What to revoke it by.</summary>
    public Guid Id { get; init; }

    /// <summary>The one run.</summary>
    public Guid RunId { get; init; }

    /// <summary>Who a stop through it is said to come from.</summary>
    public string Actor { get; init; } = "";

    /// <summary>As given.</summary>
    public string Name { get; init; } = "";

    /// <summary>Who made it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it opens nothing any more; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The link itself. Told once, when it is made; nobody can read it again.</summary>
    public string? Url { get; init; }
}

/// <summary>The links of a run that were not revoked.</summary>
public sealed record StopLinkList
{
    /// <summary>Without the links themselves.</summary>
    public IReadOnlyList<StopLinkDocument> Links { get; init; } = [];
}

/// <summary>What whoever has a stop link may know of its run.</summary>
public sealed record LinkedRunDocument
{
    /// <summary>The run.</summary>
    public Guid RunId { get; init; }

    /// <summary>Null for a run of an inline definition.</summary>
    public string? Workflow { get; init; }

    /// <summary>See <see cref="RunDocument.State"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>A stop was asked for and the run has not ended yet.</summary>
    public bool IsStopping { get; init; }

    /// <summary>The run has ended and nothing of it executes any more, with proof.</summary>
    public bool IsGone { get; init; }

    /// <summary>Attempts that were closed and of which nobody has proved that they are gone.</summary>
    public int Unproved { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something of it was first handed out or decided.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When a stop was first asked for.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>When what has not ended by itself is killed; null unless it is stopping.</summary>
    public DateTimeOffset? GraceEndsAt { get; init; }

    /// <summary>What is proved of a run that was stopped; null until it has ended.</summary>
    public string? Verdict { get; init; }

    /// <summary>What the stop came to; null where nobody asked for one just now. See <see cref="StopReply.Answer"/>.</summary>
    public string? Answer { get; init; }
}

/// <summary>A secret to be set.</summary>
public sealed record PutSecretRequest
{
    /// <summary>1 to 16,384 characters.</summary>
    [StringLength(16_384, MinimumLength = 1)]
    public string Value { get; init; } = "";
}

/// <summary>A secret, without its value: nobody can read that.</summary>
public sealed record SecretDocument
{
    /// <summary>What stands behind <c>$secrets.</c></summary>
    public string Name { get; init; } = "";

    /// <summary>When it was set.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>In the answer to setting it: false for one too short to be masked in logs, items, results and errors.</summary>
    public bool? IsMasked { get; init; }
}

/// <summary>The names of all secrets of the organization.</summary>
public sealed record SecretList
{
    /// <summary>By name.</summary>
    public IReadOnlyList<SecretDocument> Secrets { get; init; } = [];
}
