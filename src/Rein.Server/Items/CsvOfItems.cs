using System.Buffers;
using CsvHelper;
using Rein.Core.Stores;

namespace Rein.Server.Items;

/// <summary>
/// RFC 4180 with a header row: a column per field, a row per item. A text that a spreadsheet would take for a formula gets an apostrophe in front;
/// an empty text is quoted, an absent field and a null are not there.
/// </summary>
sealed class CsvOfItems(CsvColumns columns) : IItemText
{
    static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    readonly string?[] row = new string?[columns.Names.Count];

    public void Begin(IBufferWriter<byte> output) => Write(output, csv =>
    {
        foreach (var name in columns.Names)
            csv.WriteField(Disarmed(name));
        if (columns.Names.Count > 0)
            csv.EndRecord();
    });

    public void Write(IBufferWriter<byte> output, IReadOnlyList<ItemRow> rows) => Write(output, csv =>
    {
        foreach (var item in rows)
            if (columns.HasSeen(item.Position))
                Write(csv, item.Json.Span);
    });

    public void End(IBufferWriter<byte> output) { }

    /// <summary>A page at a time: what waits for the reader is the response, and never this.</summary>
    static void Write(IBufferWriter<byte> output, Action<CsvWriter> write)
    {
        using var page = new MemoryStream();
        using (var csv = CsvWriter.Create(page, null, leaveOpen: true))
            write(csv);
        output.Write(page.GetBuffer().AsSpan(0, (int)page.Length));
    }

    void Write(CsvWriter csv, ReadOnlySpan<byte> json)
    {
        Array.Clear(row);
        for (var fields = new ItemFields(json); fields.Next();)
        {
            var text = fields.Text(out var isString);
            row[columns.PlaceOf(fields.Name)] = isString ? Disarmed(text!) : text;
        }
        foreach (var field in row)
            csv.WriteField(field, field is "" ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
        csv.EndRecord();
    }

    static string Disarmed(string text) => text.Length > 0 && Formulas.Contains(text[0]) ? "'" + text : text;
}
