using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Items;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>
/// What one node has collected, as rows of cells. An array is a row as it is, of an object each field is a cell, in columns that are the same for all of its rows, and anything
/// else is a cell alone. Cells are texts: a string as it is, nothing where there is nothing, and of the rest its JSON.
/// </summary>
sealed class Table(string node, ItemPosition before)
{
    /// <summary>Of more than these nobody makes columns: then each row has its own fields, in its own order.</summary>
    const int MostColumns = 10_000;

    readonly OrderedDictionary<string, bool> columns = new(StringComparer.Ordinal);
    string?[] row = [];

    public string Node => node;

    /// <summary>Behind which its first item is.</summary>
    public ItemPosition Before => before;

    public ItemPosition Last { get; private set; }

    public void Survey(ItemRow item)
    {
        Last = item.Position;
        if (columns.Count <= MostColumns && Begins(item.Json.Span, (byte)'{'))
            for (var fields = new ItemFields(item.Json.Span); fields.Next();)
                columns.TryAdd(fields.Name, true);
    }

    public void Write(Utf8JsonWriter writer, ItemRow item)
    {
        writer.WriteStartArray();
        if (Begins(item.Json.Span, (byte)'{'))
            WriteFields(writer, item.Json.Span);
        else if (Begins(item.Json.Span, (byte)'['))
            WriteElements(writer, item.Json);
        else
            for (var fields = new ItemFields(item.Json.Span); fields.Next();)
                writer.WriteStringValue(fields.Text(out _) ?? "");
        writer.WriteEndArray();
    }

    /// <summary>What has come since the survey may have fields without a column.</summary>
    void WriteFields(Utf8JsonWriter writer, ReadOnlySpan<byte> json)
    {
        if (columns.Count > MostColumns)
        {
            for (var fields = new ItemFields(json); fields.Next();)
                writer.WriteStringValue(fields.Text(out _) ?? "");
            return;
        }
        Array.Resize(ref row, columns.Count);
        Array.Clear(row);
        for (var fields = new ItemFields(json); fields.Next();)
            if (columns.IndexOf(fields.Name) is >= 0 and var place)
                row[place] = fields.Text(out _);
        foreach (var cell in row)
            writer.WriteStringValue(cell ?? "");
    }

    static void WriteElements(Utf8JsonWriter writer, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
            writer.WriteStringValue(TextOf(element));
    }

    /// <summary>An escape that stands for half a letter stays as it was sent.</summary>
    static string TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind is JsonValueKind.Null ? "" : element.ValueKind is JsonValueKind.String ? element.GetString()! : element.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText().Trim('"');
        }
    }

    static bool Begins(ReadOnlySpan<byte> json, byte with) => json.TrimStart(" \t\r\n"u8) is [var first, ..] && first == with;
}
