using System.Buffers;
using Rein.Core.Stores;

namespace Rein.Server.Items;

/// <summary>The bare value of each item on a line of its own.</summary>
sealed class LinesOfItems : IItemText
{
    public void Begin(IBufferWriter<byte> output) { }

    public void Write(IBufferWriter<byte> output, IReadOnlyList<ItemRow> rows)
    {
        foreach (var row in rows)
        {
            output.Write(ItemLine.Of(row.Json).Span);
            output.Write("\n"u8);
        }
    }

    public void End(IBufferWriter<byte> output) { }
}

/// <summary>One JSON array, an item on each of its lines.</summary>
sealed class ArrayOfItems : IItemText
{
    bool hasWritten;

    public void Begin(IBufferWriter<byte> output) => output.Write("["u8);

    public void Write(IBufferWriter<byte> output, IReadOnlyList<ItemRow> rows)
    {
        foreach (var row in rows)
        {
            output.Write(hasWritten ? ",\n"u8 : "\n"u8);
            output.Write(ItemLine.Of(row.Json).Span);
            hasWritten = true;
        }
    }

    public void End(IBufferWriter<byte> output) => output.Write("\n]\n"u8);
}
