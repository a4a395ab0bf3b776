using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rein.Core.Runs;

/// <summary>
/// Some items of a loop that have still to begin, in their order. A loop's items lie in pages of a bounded size, so that a decision reads one or two of
/// them, however many there are; a page of which all have begun is deleted.
/// </summary>
/// <param name="Loop">The step.</param>
/// <param name="First">The index of its first item.</param>
/// <param name="Items">A JSON array, UTF-8.</param>
public sealed record LoopPage(string Loop, int First, ReadOnlyMemory<byte> Items)
{
    public const int MostItems = 100;

    /// <summary>Beyond it no further item is added.</summary>
    public const int MostBytes = 16_384;

    /// <summary>How many pages a slice brings: more than one decision begins.</summary>
    public const int AtOnce = 2;

    internal static ImmutableArray<LoopPage> Of(string loop, JsonElement items)
    {
        var pages = ImmutableArray.CreateBuilder<LoopPage>();
        var page = new List<byte>();
        var (first, index) = (0, 0);
        foreach (var item in items.EnumerateArray())
        {
            if (index > first && (index - first == MostItems || page.Count > MostBytes))
                Close();
            page.Add((byte)(page.Count == 0 ? '[' : ','));
            page.AddRange(JsonMarshal.GetRawUtf8Value(item));
            index++;
        }
        if (index > first)
            Close();
        return pages.ToImmutable();

        void Close()
        {
            page.Add((byte)']');
            pages.Add(new(loop, first, page.ToArray()));
            page.Clear();
            first = index;
        }
    }
}

/// <summary>What the last nodes of a loop's body came to, by the id of the step.</summary>
/// <param name="IsWhole">False where together they are larger than <see cref="LoopState.MostResultBytes"/>: then some are missing.</param>
public sealed record Gathered(ImmutableDictionary<string, ReadOnlyMemory<byte>> Results, bool IsWhole);
