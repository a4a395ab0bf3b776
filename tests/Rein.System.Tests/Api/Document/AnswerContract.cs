using System.Globalization;
using System.Text.Json;

namespace Rein.System.Tests.Api.Document;

/// <summary>What the document says of the answers of every operation, and in what an answer differs from it.</summary>
sealed class AnswerContract
{
    static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 256 };

    readonly List<Operation> operations = [];
    readonly string whole;

    /// <param name="whole">Below this path nothing answers that is not in the document.</param>
    /// <param name="writesNulls">Whether what is not there is told as null; otherwise it is absent.</param>
    public AnswerContract(JsonElement document, string whole = "/v1/", bool writesNulls = false)
    {
        this.whole = whole;
        var schemas = new SchemaReader(document, writesNulls);
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject())
                operations.Add(new(method.Name.ToUpperInvariant(), path.Name, path.Name.Split('/', StringSplitOptions.RemoveEmptyEntries), Answers(method.Value, schemas)));
        // What is spelt out goes before what is in braces.
        operations = [.. operations.OrderBy(operation => operation.Path.Count(letter => letter == '{'))];
    }

    static Dictionary<string, Dictionary<string, AnswerSchema>> Answers(JsonElement operation, SchemaReader schemas) =>
        operation.GetProperty("responses").EnumerateObject().ToDictionary(
            answer => answer.Name,
            answer => answer.Value.TryGetProperty("content", out var content)
                ? content.EnumerateObject().ToDictionary(media => media.Name, media => schemas.Read(media.Value.GetProperty("schema")))
                : []);

    /// <summary>What is wrong with an answer that is no refusal; null where nothing is. It reads no more of it than the document speaks of.</summary>
    public async Task<string?> Difference(HttpResponseMessage answer, CancellationToken cancel)
    {
        var (method, path) = (answer.RequestMessage!.Method.Method, answer.RequestMessage.RequestUri!.AbsolutePath);
        if (operations.Find(one => one.Fits(method, path)) is not { } operation)
            return path.StartsWith(whole, StringComparison.Ordinal) ? $"{method} {path} is no operation of the document" : null;
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!operation.Answers.TryGetValue(status, out var forms))
            return $"{method} {operation.Path} answers {status}, and the document knows {string.Join(", ", operation.Answers.Keys)}";
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (type is null)
            return forms.Count == 0 ? null : $"{method} {operation.Path} answers {status} without a body";
        if (!forms.TryGetValue(type, out var schema))
            return $"{method} {operation.Path} answers {status} as {type}, and the document knows {string.Join(", ", forms.Keys)}";
        if (type != "application/json" || schema.IsOpen)
            return null;
        await answer.Content.LoadIntoBufferAsync(cancel);
        return schema.Difference(JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel), s_deep), "") is { } difference
            ? $"{method} {operation.Path} answers {status} otherwise than the document says, at {difference}"
            : null;
    }

    sealed record Operation(string Method, string Path, string[] Segments, Dictionary<string, Dictionary<string, AnswerSchema>> Answers)
    {
        public bool Fits(string method, string path)
        {
            if (method != Method)
                return false;
            var given = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return given.Length == Segments.Length && Segments.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
        }
    }
}
