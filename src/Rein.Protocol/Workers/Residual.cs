namespace Rein.Protocol.Workers;

/// <summary>Something of an attempt that could not be ended, or not be proved gone.</summary>
/// <param name="Kind">What it is: <c>process</c>, <c>cgroup</c>, <c>handler</c>, or whatever a resource calls itself.</param>
/// <param name="Id">Which one; for a process its pid and start time, <c>4711@88231</c>, so that a reused pid is not mistaken for
/// it.</param>
/// <param name="Why">Why it is still there, in words for people.</param>
public sealed record Residual(string Kind, string Id, string Why)
{
    /// <summary>The longest kind and the longest id, in characters.</summary>
    public const int MaxName = 200;

    /// <summary>The longest why, in characters.</summary>
    public const int MaxWhy = 1000;
}
