using System.ComponentModel.DataAnnotations;

namespace Rein.Protocol;

/// <summary>A key to be made.</summary>
public sealed record CreateKeyRequest
{
    /// <summary>1 to 100 characters; what it does is recorded as done by <c>key:NAME</c>.</summary>
    [StringLength(100, MinimumLength = 1)]
    public string Name { get; init; } = "";

    /// <summary>Any of <c>read</c>, <c>start</c>, <c>stop</c>, <c>work</c>, <c>admin</c>; at least one.</summary>
    [MinLength(1)]
    [AllowedValues("read", "start", "stop", "work", "admin")]
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>
    /// A key for workers of this pool alone: they open their sessions in it, and nowhere else. Only with the scope <c>work</c> and no other; null for a
    /// key that is bound to no pool.
    /// </summary>
    [StringLength(64, MinimumLength = 1)]
    public string? Pool { get; init; }

    /// <summary>Seconds until it opens nothing any more, 1 to 315,360,000; null for never.</summary>
    [Range(1, 315_360_000)]
    public double? ExpiresInSeconds { get; init; }

    /// <summary>What it may ask for in a second, stops aside; 0.01 to 1,000,000, null for the server's own figure.</summary>
    [Range(0.01, 1_000_000)]
    public double? RequestsPerSecond { get; init; }

    /// <summary>How many stops in a second, in a budget of their own; 1 to 1,000,000, null for the server's own figure.</summary>
    [Range(1, 1_000_000)]
    public double? StopsPerSecond { get; init; }
}

/// <summary>A new secret for a key.</summary>
public sealed record RotateKeyRequest
{
    /// <summary>How many seconds the former secret opens still, 0 (default) to 2,592,000.</summary>
    [Range(0, 2_592_000)]
    public double? OverlapSeconds { get; init; }
}

/// <summary>An API key.</summary>
public sealed record KeyDocument
{
    /// <summary>What to revoke it by.</summary>
    public Guid Id { get; init; }

    /// <summary>Who it stands for.</summary>
    public string Name { get; init; } = "";

    /// <summary>The public part of the key.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What it may do.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The pool whose workers it is for; null where it is bound to none.</summary>
    public string? Pool { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it opens nothing any more; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was used last, to within six minutes; null for never.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Until when the secret that was replaced last opens still; null where none was.</summary>
    public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>Its own budget, stops aside; null for the server's figure.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Its own budget of stops; null for the server's figure.</summary>
    public double? StopsPerSecond { get; init; }

    /// <summary>The key itself. Told once, when it is made or rotated; nobody can read it again.</summary>
    public string? Key { get; init; }
}

/// <summary>All keys of the organization that were not revoked.</summary>
public sealed record KeyList
{
    /// <summary>Without the keys themselves.</summary>
    public IReadOnlyList<KeyDocument> Keys { get; init; } = [];
}

/// <summary>A worker's connection.</summary>
public sealed record SessionDocument
{
    /// <summary>What attempts name as their session.</summary>
    public Guid Id { get; init; }

    /// <summary>The worker's name.</summary>
    public string Worker { get; init; } = "";

    /// <summary>Null is the default pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Which kinds of steps it takes.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>How many attempts it holds at most.</summary>
    public int Capacity { get; init; }

    /// <summary>How many it holds.</summary>
    public int Held { get; init; }

    /// <summary>How many of its places are lost to code that ignores its stop, as of the last heartbeat.</summary>
    public int Lost { get; init; }

    /// <summary>What the worker says of its program; null where it says nothing.</summary>
    public string? Version { get; init; }

    /// <summary>The machine of the node that carries it.</summary>
    public string? Node { get; init; }

    /// <summary>Where it comes from, as that node sees it; null for the worker inside the server.</summary>
    public string? Address { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it said last that it lives; null before its first heartbeat.</summary>
    public DateTimeOffset? BeatAt { get; init; }

    /// <summary>Nothing is handed to it any more, by itself or with its pool; null where that is not so.</summary>
    public DrainDocument? Drain { get; init; }
}

/// <summary>The sessions that are open.</summary>
public sealed record SessionList
{
    /// <summary>Those that serve the organization.</summary>
    public IReadOnlyList<SessionDocument> Sessions { get; init; } = [];
}

/// <summary>How the server is.</summary>
public sealed record HealthDocument
{
    /// <summary><c>ok</c>, <c>ready</c>, or <c>degraded</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>What is wrong, where something is.</summary>
    public IReadOnlyList<string>? Says { get; init; }
}
