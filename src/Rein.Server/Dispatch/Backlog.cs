using System.Collections.Concurrent;
using System.Collections.Immutable;
using Rein.Server.Sessions;

namespace Rein.Server.Dispatch;

/// <summary>
/// For which places steps may wait in the queue: of a pool and a kind, and of sessions that serve one organization, or every one (null). What is looked
/// for with the eyes of one organization says nothing about the rows of another, so that each has marks of its own. A mark that is wrong costs one look; a mark that is missing would let a newcomer
/// overtake, so it is set before a row can be seen, and only cleared by a look that found less than it asked for, and saw all that was marked.
/// </summary>
sealed class Backlog
{
    /// <summary>Each with the number it was last set under.</summary>
    readonly ConcurrentDictionary<(Guid? Organization, string Pool, string Kind), long> marks = new();

    long last;
    int offering;

    /// <summary>Rows that were marked, or will be, are on their way: until <see cref="EndOffer"/> no look is sure to have seen them.</summary>
    public void BeginOffer() => Interlocked.Increment(ref offering);

    /// <summary>They are committed, or will never be.</summary>
    public void EndOffer() => Interlocked.Decrement(ref offering);

    /// <param name="organization">Of the sessions that would find the row, not of the row.</param>
    public void Add(Guid? organization, string? pool, string kind) => marks[(organization, pool ?? "", kind)] = Interlocked.Increment(ref last);

    public void Add(Guid? organization, string? pool, IEnumerable<string> kinds)
    {
        foreach (var kind in kinds)
            Add(organization, pool, kind);
    }

    /// <summary>Asked before a look: marks up to this number speak of rows that it will see.</summary>
    public long Seen()
    {
        // In this order: whoever has set a mark up to this one and is no longer offering has committed.
        var seen = Volatile.Read(ref last);
        return Volatile.Read(ref offering) == 0 ? seen : 0;
    }

    /// <summary>A look found less than it asked for. Marks that were set since it began stay.</summary>
    public void Clear(Guid? organization, string? pool, IEnumerable<string> kinds, long seen)
    {
        foreach (var kind in kinds)
            if (marks.TryGetValue((organization, pool ?? "", kind), out var number) && number <= seen)
                marks.TryRemove(new((organization, pool ?? "", kind), number));
    }

    public bool IsEmpty => marks.IsEmpty;

    public bool Has(Guid? organization, string? pool, string kind) => !marks.IsEmpty && marks.ContainsKey((organization, pool ?? "", kind));

    public bool HasFor(LiveSession session)
    {
        foreach (var kind in session.Kinds)
            if (Has(session.Organization, session.Pool, kind))
                return true;
        return false;
    }

    public ImmutableArray<string> Of(LiveSession session) =>
        marks.IsEmpty ? [] : [.. session.Kinds.Where(kind => Has(session.Organization, session.Pool, kind))];
}
