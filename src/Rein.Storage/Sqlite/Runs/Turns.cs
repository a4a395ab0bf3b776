using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>
/// Who is served next: a step of each organization in turn, beginning after the one that was served last. Looks at heads of queues only,
/// so that its cost depends on what it hands out and not on how much waits.
/// </summary>
sealed class Turns(Connection connection)
{
    readonly HashSet<(Guid Run, string Step)> handedOut = [];
    Guid lastServed;

    /// <summary>A new unit: what the last one was shown is decided by now.</summary>
    public void Begin() => handedOut.Clear();

    public IReadOnlyList<ReadyStep> Next(ReadyQuery query)
    {
        var organizations = query.Organization is { } only ? [only] : Organizations(query);
        var page = Math.Max(1, (query.Count + organizations.Count - 1) / Math.Max(1, organizations.Count));
        var queues = new LinkedList<OrganizationQueue>(organizations.Select(id => new OrganizationQueue(connection, query, id, page)));
        var taken = new List<ReadyStep>(query.Count);
        for (var queue = queues.First; queue is not null && taken.Count < query.Count;)
        {
            var next = queue.Next ?? queues.First!;
            if (TakeFrom(queue.Value) is { } step)
                taken.Add(step);
            else
                next = Leave(queues, queue);
            queue = next;
        }
        return taken;
    }

    ReadyStep? TakeFrom(OrganizationQueue queue)
    {
        while (queue.Take() is { } step)
        {
            if (!handedOut.Add((step.Run, step.Step)))
                continue;
            lastServed = step.Organization;
            return step;
        }
        return null;
    }

    static LinkedListNode<OrganizationQueue>? Leave(LinkedList<OrganizationQueue> queues, LinkedListNode<OrganizationQueue> empty)
    {
        var next = empty.Next;
        queues.Remove(empty);
        return next ?? queues.First;
    }

    /// <summary>Organizations with ready work, at most as many as there are places, in their turn.</summary>
    List<Guid> Organizations(ReadyQuery query)
    {
        var found = new SortedSet<Guid>(ByTurn());
        foreach (var kind in query.Kinds)
        {
            if (Collect(query, kind, lastServed, last: null, query.Count, found) is var left and > 0)
                Collect(query, kind, Guid.Empty, lastServed, left, found);
        }
        return [.. found.Take(query.Count)];
    }

    /// <summary>From organization to organization, a seek each.</summary>
    /// <returns>How many places are left.</returns>
    int Collect(ReadyQuery query, string kind, Guid after, Guid? last, int places, SortedSet<Guid> found)
    {
        var pool = query.Pool ?? QueueKey.DefaultPool;
        while (places > 0)
        {
            var row = connection.Use("Runs/next_organization").Bind(pool).Bind(kind).Bind(after);
            if (!row.Read())
                break;
            after = row.Guid();
            row.Reset();
            if (last is { } end && Compare(after, end) > 0)
                return 0;
            if (query.Without.Contains(after))
                continue;
            found.Add(after);
            places--;
        }
        return places;
    }

    Comparer<Guid> ByTurn()
    {
        var from = lastServed;
        return Comparer<Guid>.Create((a, b) =>
            (Compare(a, from) <= 0).CompareTo(Compare(b, from) <= 0) is var turn and not 0 ? turn : Compare(a, b));
    }

    // Guids compare as their big-endian bytes do, which is the order of the index.
    static int Compare(Guid a, Guid b) => a.CompareTo(b);
}
