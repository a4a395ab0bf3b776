using Rein.Core.Stores;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>Items of one node, with few of other nodes between: what is written of a node is found without reading again what all the others have collected meanwhile.</summary>
/// <param name="Before">Behind which its first item is.</param>
/// <param name="Number">Of its last item, among all of the run.</param>
readonly record struct Stretch(ItemPosition Before, ItemPosition Last, long Number)
{
    /// <summary>To read over some costs less than to look anew.</summary>
    public const int MostBetween = 8;
}
