using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>The ready steps of one organization for one query, over all kinds, by priority and age; read a page at a time.</summary>
sealed class OrganizationQueue
{
    readonly Guid organization;
    readonly List<Kind> kinds;

    public OrganizationQueue(Connection connection, ReadyQuery query, Guid organization, int page)
    {
        this.organization = organization;
        var pool = query.Pool ?? QueueKey.DefaultPool;
        kinds = [.. query.Kinds.Select(kind => new Kind(connection, pool, kind, organization, page))];
    }

    public ReadyStep? Take()
    {
        Kind? first = null;
        foreach (var kind in kinds)
            if (kind.Peek() is { } place && (first is null || place.CompareTo(first.Peek()!.Value) < 0))
                first = kind;
        if (first is null)
            return null;
        var taken = first.Take();
        return new(taken.Run, taken.Step, organization);
    }

    readonly record struct Place(long Rank, long Since, Guid Run, string Step) : IComparable<Place>
    {
        public static Place First { get; } = new(long.MinValue, 0, Guid.Empty, "");

        public int CompareTo(Place other) =>
            (Rank, Since, Run).CompareTo((other.Rank, other.Since, other.Run)) is var order and not 0 ? order : string.CompareOrdinal(Step, other.Step);
    }

    sealed class Kind(Connection connection, string pool, string kind, Guid organization, int page)
    {
        readonly Queue<Place> read = new();
        Place last = Place.First;
        bool isRead;

        public Place? Peek()
        {
            if (read.Count == 0 && !isRead)
                ReadPage();
            return read.TryPeek(out var place) ? place : null;
        }

        public Place Take() => read.Dequeue();

        void ReadPage()
        {
            var row = connection.Use("Runs/next_ready")
                .Bind(pool).Bind(kind).Bind(organization).Bind(last.Rank).Bind(last.Since).Bind(last.Run).Bind(last.Step).Bind(page);
            while (row.Read())
                read.Enqueue(last = new(row.Long(), row.Long(), row.Guid(), row.Text()));
            isRead = read.Count < page;
        }
    }
}
