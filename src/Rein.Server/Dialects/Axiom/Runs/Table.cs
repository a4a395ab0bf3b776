using System.Text;
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
    readonly List<string?> cells = [];

    public string Node => node;

    /// <summary>Behind which its first item is.</summary>
    public ItemPosition Before => before;

    public ItemPosition Last { get; private set; }

    public void Survey(ItemRow item)
    {
        Last = item.Position;
        if (columns.Count > MostColumns || !Begins(item.Json.Span, (byte)'{'))
            return;
        try
        {
            for (var fields = new ItemFields(item.Json.Span); fields.Next();)
                columns.TryAdd(fields.Name, true);
        }
        catch (JsonException)
        {
            // It is damaged: what was read of it may have columns, and what cannot be read needs none.
        }
    }

    public void Write(Utf8JsonWriter writer, ItemRow item)
    {
        ReadCells(item.Json);
        writer.WriteStartArray();
        foreach (var cell in cells)
            writer.WriteStringValue(cell ?? "");
        writer.WriteEndArray();
    }

    void ReadCells(ReadOnlyMemory<byte> json)
    {
        cells.Clear();
        try
        {
            if (Begins(json.Span, (byte)'['))
                ReadElements(json);
            else
                ReadFields(json.Span, isInColumns: Begins(json.Span, (byte)'{') && columns.Count <= MostColumns);
        }
        catch (JsonException)
        {
            // One damaged row must not hide the others.
            cells.Clear();
            cells.Add(Encoding.UTF8.GetString(json.Span));
        }
    }

    /// <summary>What has come since the survey may have fields without a column.</summary>
    void ReadFields(ReadOnlySpan<byte> json, bool isInColumns)
    {
        if (isInColumns)
            cells.AddRange(Enumerable.Repeat<string?>(null, columns.Count));
        for (var fields = new ItemFields(json); fields.Next();)
            if (!isInColumns)
                cells.Add(fields.Text(out _));
            else if (columns.IndexOf(fields.Name) is >= 0 and var place)
                cells[place] = fields.Text(out _);
    }

    void ReadElements(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
            cells.Add(TextOf(element));
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
