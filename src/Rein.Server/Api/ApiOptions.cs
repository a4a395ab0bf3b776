namespace Rein.Server.Api;

/// <summary>Settings of the HTTP API.</summary>
public sealed record ApiOptions
{
    /// <summary>
    /// No other process writes this store (SQLite). Then the latest version of a workflow is remembered between starts, because nobody
    /// else can save a newer one.
    /// </summary>
    public bool IsOnlyNode { get; init; }
}
