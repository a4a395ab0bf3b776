using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>
/// The backlog's marks: set before the commit, for another lane may see the rows before this one has said anything; set again where a look cleared
/// them and what it found was rolled back.
/// </summary>
sealed partial class Batch
{
    readonly List<ReadyQuery> emptied = [];
    bool isOffering;

    void Mark(ReadyQuery query, bool isEmptied, long seen)
    {
        if (isEmptied)
        {
            capacity.Backlog.Clear(query.Organization, query.Pool, query.Kinds, seen);
            emptied.Add(query);
        }
        else
            capacity.Backlog.Add(query.Organization, query.Pool, query.Kinds);
    }

    void MarkOffered()
    {
        foreach (var change in Changes)
            foreach (var step in change.NewlyOffered)
            {
                if (!isOffering)
                    capacity.Backlog.BeginOffer();
                isOffering = true;
                var node = change.After.Definition.NodeOf(step.Id);
                capacity.MarkOffered(change.After.PoolOf(node), node.Kind, change.After.Organization);
            }
    }

    void MarkAgain()
    {
        foreach (var query in emptied)
            capacity.Backlog.Add(query.Organization, query.Pool, query.Kinds);
    }

    /// <summary>Its rows are committed, or will never be.</summary>
    public void EndOffer()
    {
        if (isOffering)
            capacity.Backlog.EndOffer();
        isOffering = false;
    }
}
