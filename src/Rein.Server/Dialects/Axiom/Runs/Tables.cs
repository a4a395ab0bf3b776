using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Items;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>What a run has collected: a table for each node, in the order in which they began. A page is in memory at a time, however much it is.</summary>
sealed class Tables
{
    readonly OrderedDictionary<string, Table> all = new(StringComparer.Ordinal);
    readonly Guid run;
    long surveyed;
    readonly IRunReader reader;

    Tables(Guid run, IRunReader reader) => (this.run, this.reader) = (run, reader);

    /// <summary>Goes through all of it once, for the columns.</summary>
    public static async Task<Tables> Of(Guid run, IRunReader reader, CancellationToken cancel)
    {
        var tables = new Tables(run, reader);
        await foreach (var rows in reader.PagesOfItems(run, ItemPosition.Start, cancel))
            foreach (var row in rows)
                tables.Survey(row);
        return tables;
    }

    void Survey(ItemRow row)
    {
        var node = NodeOf(row);
        if (!all.TryGetValue(node, out var table))
            all.Add(node, table = new(node));
        table.Survey(row, surveyed++);
    }

    public async Task Write(Utf8JsonWriter writer, Func<Task> flush, CancellationToken cancel)
    {
        writer.WriteStartObject();
        foreach (var table in all.Values)
        {
            writer.WriteStartArray(table.Node);
            foreach (var stretch in table.Stretches)
                await foreach (var rows in reader.PagesOfItems(run, stretch.Before, cancel))
                {
                    var isLast = Write(writer, table, rows, stretch.Last);
                    await flush();
                    if (isLast)
                        break;
                }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    /// <summary>Of the iterations of a loop some belong to another node.</summary>
    static bool Write(Utf8JsonWriter writer, Table table, IReadOnlyList<ItemRow> rows, ItemPosition last)
    {
        foreach (var row in rows)
        {
            if (NodeOf(row) == table.Node)
                table.Write(writer, row);
            if (row.Position == last)
                return true;
        }
        return false;
    }

    static string NodeOf(ItemRow row) => StepId.Parse(row.Position.Step).Node;
}
