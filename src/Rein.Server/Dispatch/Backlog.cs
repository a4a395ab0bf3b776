using System.Collections.Concurrent;
using System.Collections.Immutable;
using Rein.Server.Sessions;

namespace Rein.Server.Dispatch;

/// <summary>
/// For which pools and kinds steps may wait in the queue. A mark that is wrong costs one look; a mark that is missing would let a newcomer
/// overtake, so it is set before a row can be seen, and only cleared by a look that found less than it asked for.
/// </summary>
sealed class Backlog
{
    readonly ConcurrentDictionary<(string Pool, string Kind), bool> marks = new();

    public void Add(string? pool, string kind) => marks[(pool ?? "", kind)] = true;

    public void Add(string? pool, IEnumerable<string> kinds)
    {
        foreach (var kind in kinds)
            Add(pool, kind);
    }

    public void Clear(string? pool, IEnumerable<string> kinds)
    {
        foreach (var kind in kinds)
            marks.TryRemove((pool ?? "", kind), out _);
    }

    public bool IsEmpty => marks.IsEmpty;

    public bool Has(string? pool, string kind) => !marks.IsEmpty && marks.ContainsKey((pool ?? "", kind));

    public bool HasFor(LiveSession session)
    {
        foreach (var kind in session.Kinds)
            if (Has(session.Pool, kind))
                return true;
        return false;
    }

    public ImmutableArray<string> Of(LiveSession session) =>
        marks.IsEmpty ? [] : [.. session.Kinds.Where(kind => Has(session.Pool, kind))];
}
