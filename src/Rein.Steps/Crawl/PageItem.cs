using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rein.Worker.Reporting;

namespace Rein.Steps.Crawl;

/// <summary>One page as an item: <c>{url, status, depth, title, …fields}</c>, or with an <c>error</c> and without what it kept from being read.</summary>
static class PageItem
{
    static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Of(PageUrl url, int depth, int status, Page page)
    {
        var item = Write(url, depth, status, json =>
        {
            json.WriteString("title", page.Title);
            foreach (var field in page.Fields)
                Write(json, field);
        });
        return item.Length <= ItemWriter.MaxItem ? item : Failed(url, depth, status, $"the selected fields are larger than {ItemWriter.MaxItem} bytes");
    }

    public static ReadOnlyMemory<byte> Failed(PageUrl url, int depth, int? status, string error) =>
        Write(url, depth, status, json => json.WriteString("error", error));

    static void Write(Utf8JsonWriter json, PageField field)
    {
        if (!field.IsAll)
        {
            json.WriteString(field.Name, field.Found.Count > 0 ? field.Found[0] : null);
            return;
        }
        json.WriteStartArray(field.Name);
        foreach (var value in field.Found)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    static ReadOnlyMemory<byte> Write(PageUrl url, int depth, int? status, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartObject();
            json.WriteString("url", url.ToString());
            if (status is { } known)
                json.WriteNumber("status", known);
            else
                json.WriteNull("status");
            json.WriteNumber("depth", depth);
            rest(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
