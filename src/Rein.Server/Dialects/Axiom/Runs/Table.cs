using System.Text;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Items;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>
/// What one node has collected, as rows of cells. An array is a row as it is, of an object each field is a cell, in columns that are the same for all of its rows, and anything
/// else is a cell alone. Cells are texts: a string as it is, nothing where there is nothing, and of the rest its JSON.
/// </summary>
sealed class Table(string node)
{
    /// <summary>Of more than these nobody makes columns: then each row has its own fields, in its own order.</summary>
    const int MostColumns = 10_000;

    /// <summary>Nor where most of so many cells would be empty: an answer is bounded by what was collected.</summary>
    const long ManyCells = 1_000_000;

    const int MostEmptyForEach = 10;

    readonly List<Stretch> stretches = [];
    long objects;
    long fields;

    readonly OrderedDictionary<string, bool> columns = new(StringComparer.Ordinal);
    readonly List<string?> cells = [];

    public string Node => node;

    /// <summary>Where its items are.</summary>
    public IReadOnlyList<Stretch> Stretches => stretches;

    bool HasColumns => columns.Count <= MostColumns && (objects * columns.Count <= ManyCells || objects * columns.Count <= MostEmptyForEach * fields);

    /// <param name="number">Which one of all items of the run it is.</param>
    public void Survey(ItemRow item, long number)
    {
        if (stretches is [.., var last] && number - last.Number <= Stretch.MostBetween)
            stretches[^1] = last with { Last = item.Position, Number = number };
        else
            stretches.Add(new(item.Position with { Seq = item.Position.Seq - 1 }, item.Position, number));
        SurveyFields(item);
    }

    void SurveyFields(ItemRow item)
    {
        if (columns.Count > MostColumns || !Begins(item.Json.Span, (byte)'{'))
            return;
        try
        {
            objects++;
            for (var read = new ItemFields(item.Json.Span); read.Next(); fields++)
                columns.TryAdd(read.Name, true);
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
                ReadFields(json.Span, isInColumns: HasColumns && Begins(json.Span, (byte)'{'));
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
        for (var read = new ItemFields(json); read.Next();)
            if (!isInColumns)
                cells.Add(read.Text(out _));
            else if (columns.IndexOf(read.Name) is >= 0 and var place)
                cells[place] = read.Text(out _);
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
