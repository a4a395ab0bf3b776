using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.System.Tests.Api.Document;

/// <summary>A request that is wrong in one way, for certain: nothing but a problem may be the answer.</summary>
sealed record Malformed(ApiOperation Operation, string Way, Func<HttpRequestMessage> Make);

/// <summary>Derives malformed requests from the document, by chance that a seed makes repeatable.</summary>
sealed partial class MalformedRequests(IReadOnlyList<ApiOperation> operations, string key, Random random)
{
    static readonly string[] s_texts =
        ["", " ", "\u0000", "null", "-1", "1e999", "../../etc/passwd", "' OR 1=1 --", "{{root.result.x}}", "\ud83d\ude00", "ünï", "a\nb", "%00", new string('x', 5000)];

    /// <summary>
    /// As they stand in an address: what names nothing, whoever names things how. A character of no value (<c>%00</c>) is not among them, nor one address
    /// of 8 KB: that is no HTTP to the server below, which refuses it before anybody here is asked.
    /// </summary>
    static readonly string[] s_segments =
        ["%20", "%27%20OR%201%3D1%20--", "%F0%9F%98%80", "a%0Ab", "%01", "a%2Fb", "..%2f..%2fetc%2fpasswd", "%7B%7Broot.result.x%7D%7D", "%ff", "%", "a%5Cb", new string('x', 2000)];

    public Malformed Next()
    {
        var operation = operations[random.Next(operations.Count)];
        Malformed? made = null;
        while (made is null)
            made = random.Next(11) switch
            {
                4 => BadMethod(operation),
                10 when Braces().IsMatch(operation.Path) => Make(operation, "a name that is none", _ => { }, segment: s_segments[random.Next(s_segments.Length)]),
                // What needs no key, or none from this machine, reads nothing else of a request.
                _ when !operation.Path.StartsWith("/v1/", StringComparison.Ordinal) => null,
                0 => Make(operation, "no key", request => request.Headers.Authorization = null),
                1 => Make(operation, "a key that is none", request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Escape(Text())), withKey: false),
                2 => Make(operation, "an unknown parameter", _ => { }, $"?{Escape("q" + Text())}={Escape(Text())}"),
                3 => BadQuery(operation),
                5 when operation.Body is not null => Make(operation, "a broken body", request => request.Content = Json(Broken())),
                6 when operation.Body is not null => Make(operation, "another media type", request => request.Content = new StringContent("{\"a\":1}", Encoding.UTF8, "text/plain")),
                7 when operation.Body is { Count: > 0 } body => WrongField(operation, body),
                8 when operation.Body is not null => Make(operation, "an unknown field", request => request.Content = Json(Object(new() { ["z" + random.Next()] = Value() }))),
                9 when operation.Headers.Contains("Idempotency-Key") => Make(
                    operation, "an idempotency key that is none", request => request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(2) == 0 ? "a b" : new string('k', 201))),
                _ => null,
            };
        return made;
    }

    Malformed? BadQuery(ApiOperation operation)
    {
        string[] checkedOnes = ["limit", "wait", "version", "revision", "after", "format", "state", "stopping", "cursor", "label"];
        var names = operation.Query.Intersect(checkedOnes).ToList();
        if (names.Count == 0)
            return null;
        string[] values = ["x", "-5", "1.5.2", "99999999999999999999", "truefalse", "\u0001", "NaN", "0x10"];
        var (name, value) = (names[random.Next(names.Count)], values[random.Next(values.Length)]);
        return Make(operation, $"{name}={value}", _ => { }, $"?{name}={Escape(value)}");
    }

    Malformed? BadMethod(ApiOperation operation)
    {
        HttpMethod[] methods = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, new("BREW")];
        var method = methods[random.Next(methods.Length)];
        return operations.Any(other => other.Method == method && SamePath(other.Path, operation.Path))
            ? null
            : Make(operation, $"the method {method}", request => request.Method = method);
    }

    static bool SamePath(string one, string other) => Braces().Replace(one, "{}") == Braces().Replace(other, "{}")
        || Regex.IsMatch(Braces().Replace(other, "x"), "^" + Braces().Replace(one, "[^/]+") + "$");

    Malformed? WrongField(ApiOperation operation, IReadOnlyDictionary<string, JsonElement> body)
    {
        var (name, schema) = body.ElementAt(random.Next(body.Count));
        return Wrong(schema) is { } value ? Make(operation, $"the field {name}", request => request.Content = Json(Object(new() { [name] = value }))) : null;
    }

    /// <summary>Of a type that the schema does not allow; null where it allows everything.</summary>
    string? Wrong(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return null;
        var allowed = type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToList() : [type.GetString()!];
        // What may be a number may be said as a text only to readers of the document: the server takes numbers.
        (string Type, string Json)[] values =
            [("string", "\"word\""), ("number", "1.5"), ("boolean", "true"), ("array", "[1,[2]]"), ("object", "{\"a\":{}}")];
        var wrong = values.Where(value => !allowed.Contains(value.Type) && !(value.Type == "number" && allowed.Contains("integer"))).ToList();
        return wrong.Count == 0 ? null : wrong[random.Next(wrong.Count)].Json;
    }

    byte[] Broken() => random.Next(6) switch
    {
        0 => "{"u8.ToArray(),
        1 => [.. "{\"a\":\""u8, 0xff, 0xfe, .. "\"}"u8],
        2 => Encoding.UTF8.GetBytes(new string('[', 200 + random.Next(2000))),
        3 => "{\"a\":1,\"a\":2}"u8.ToArray(),
        4 => "{\"a\":\"\\ud800\"}"u8.ToArray(),
        _ => [.. Enumerable.Range(0, 1 + random.Next(100)).Select(_ => (byte)(128 + random.Next(128)))],
    };

    string Value() => random.Next(5) switch
    {
        0 => random.Next().ToString(CultureInfo.InvariantCulture),
        1 => "null",
        2 => "[]",
        3 => "{}",
        _ => JsonSerializer.Serialize(Text()),
    };

    static string Object(Dictionary<string, string> members) =>
        "{" + string.Join(",", members.Select(member => $"{JsonSerializer.Serialize(member.Key)}:{member.Value}")) + "}";

    string Text() => s_texts[random.Next(s_texts.Length)];

    Malformed Make(ApiOperation operation, string way, Action<HttpRequestMessage> change, string query = "", bool withKey = true, string? segment = null)
    {
        var path = Braces().Replace(operation.Path, _ => segment ?? (random.Next(2) == 0 ? Guid.CreateVersion7(DateTimeOffset.UnixEpoch).ToString() : "w" + random.Next()));
        return new(operation, way, () =>
        {
            var request = new HttpRequestMessage(operation.Method, path + query);
            if (withKey)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            change(request);
            return request;
        });
    }

    static ByteArrayContent Json(string text) => Json(Encoding.UTF8.GetBytes(text));

    static ByteArrayContent Json(byte[] bytes) => new(bytes) { Headers = { ContentType = new("application/json") } };

    static string Escape(string text) => Uri.EscapeDataString(text.Length > 200 ? text[..200] : text);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Braces();
}
