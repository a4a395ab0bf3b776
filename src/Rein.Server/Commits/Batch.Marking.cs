using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>
/// The backlog's marks: set before the commit, for another lane may see the rows before this one has said anything; cleared after it, for what was
/// looked at and rolled back still waits.
/// </summary>
sealed partial class Batch
{
    readonly List<(ReadyQuery Query, long Seen)> emptied = [];
    bool isOffering;

    void MarkOffered()
    {
        foreach (var change in Changes)
            foreach (var step in change.NewlyOffered)
            {
                if (!isOffering)
                    capacity.Backlog.BeginOffer();
                isOffering = true;
                var node = change.After.Definition.Nodes[step.Id];
                capacity.MarkOffered(node.Pool, node.Kind, change.After.Organization);
            }
    }

    void ClearEmptied()
    {
        foreach (var (query, seen) in emptied)
            capacity.Backlog.Clear(query.Pool, query.Kinds, seen);
    }

    void EndOffer()
    {
        if (isOffering)
            capacity.Backlog.EndOffer();
        isOffering = false;
    }
}
