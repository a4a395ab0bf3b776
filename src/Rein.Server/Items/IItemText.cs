using System.Buffers;
using System.IO.Pipelines;
using Rein.Core.Stores;

namespace Rein.Server.Items;

/// <summary>Writes items in one form, a page after the other.</summary>
interface IItemText
{
    void Begin(IBufferWriter<byte> output);
    void Write(IBufferWriter<byte> output, IReadOnlyList<ItemRow> rows);
    void End(IBufferWriter<byte> output);
}

static class ItemTexts
{
    /// <summary>Never more than a page is in memory: whoever reads slowly is waited for.</summary>
    /// <returns>How many items were written.</returns>
    public static async Task<long> Copy(this IItemText text, IAsyncEnumerable<IReadOnlyList<ItemRow>> pages, PipeWriter output, CancellationToken cancel)
    {
        var items = 0L;
        text.Begin(output);
        await foreach (var rows in pages)
        {
            text.Write(output, rows);
            items += rows.Count;
            await output.FlushAsync(cancel);
        }
        text.End(output);
        await output.FlushAsync(cancel);
        return items;
    }
}
