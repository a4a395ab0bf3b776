using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rein.System.Tests.Api.Document;

/// <summary>A request that is wrong in one way, for certain: nothing but a refusal may be the answer.</summary>
/// <param name="MayPass">It only asks, and in an odd way: it may be answered too.</param>
sealed record Malformed(ApiOperation Operation, string Way, Func<HttpRequestMessage> Make, bool MayPass = false);

/// <summary>Derives malformed requests from a document, by chance that a seed makes repeatable. A third of them is about what exists.</summary>
sealed partial class MalformedRequests(IReadOnlyList<ApiOperation> operations, Manner manner, string key, Random random)
{
    static readonly string[] s_texts =
        ["", " ", "\u0000", "null", "-1", "1e999", "../../etc/passwd", "' OR 1=1 --", "{{root.result.x}}", "\ud83d\ude00", "ünï", "a\nb", "%00", new string('x', 5000)];

    /// <summary>
    /// As they stand in an address: what names nothing, whoever names things how. A character of no value (<c>%00</c>) is not among them, nor one address
    /// of 8 KB: that is no HTTP to the server below, which refuses it before anybody here is asked.
    /// </summary>
    static readonly string[] s_segments =
        ["%20", "%27%20OR%201%3D1%20--", "%F0%9F%98%80", "a%0Ab", "%01", "a%2Fb", "..%2f..%2fetc%2fpasswd", "%7B%7Broot.result.x%7D%7D", "%ff", "%", "a%5Cb", new string('x', 2000)];

    static readonly string[] s_odd =
        ["null", "\"\"", "\"\\u0000\"", "\"\\ud83d\"", "[]", "{}", "-1", "1e400", "true", $"{new string('[', 60)}{new string(']', 60)}", $"\"{new string('x', 3000)}\"", "[{\"url\":[[[[[[]]]]]]}]"];

    readonly WrongValues wrong = new(random);
    int sent;

    public Malformed Next()
    {
        // Each of them once before chance has its way.
        var first = sent < operations.Count ? operations[sent++] : null;
        Malformed? made = null;
        while (made is null)
            made = Next(first ?? operations[random.Next(operations.Count)], random.Next(11));
        return made;
    }

    Malformed? Next(ApiOperation operation, int way) => way switch
    {
        4 => BadMethod(operation),
        10 when Braces().IsMatch(operation.Path) => Make(operation, "a name that is none", _ => { }, segment: s_segments[random.Next(s_segments.Length)], mayPass: IsQuestion(operation)),
        // What needs no key, or none from this machine, reads nothing else of a request.
        _ when !IsRead(operation) => null,
        2 when !manner.IsLenient => Make(operation, "an unknown parameter", _ => { }, $"?{Escape("q" + Text())}={Escape(Text())}"),
        3 => BadQuery(operation),
        0 when operation.IsSecured => Make(operation, "no key", _ => { }, signed: null),
        1 when operation.IsSecured => Make(operation, "a key that is none", _ => { }, signed: Escape(Text() + "x")),
        _ when operation.Body is null => null,
        5 => Make(operation, "a broken body", request => request.Content = Json(Broken())),
        6 when !manner.IsLenient => Make(operation, "another media type", request => request.Content = new StringContent(manner.Sound(operation), Encoding.UTF8, "text/plain")),
        7 => WrongField(operation, operation.Body.Value),
        8 when !manner.IsLenient => With(operation, "an unknown field", "z" + random.Next(), Value()),
        9 when operation.Headers.Contains("Idempotency-Key") => Make(
            operation, "an idempotency key that is none", request =>
            {
                request.Content = Json(manner.Sound(operation));
                request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(2) == 0 ? "a b" : new string('k', 201));
            }),
        _ => null,
    };

    /// <summary>What is well-formed but for one value that nobody thinks of: it may be taken, and then it does what it says.</summary>
    public Malformed? NextOdd()
    {
        var operation = operations[random.Next(operations.Count)];
        if (operation.Body is not { } body || !body.TryGetProperty("properties", out var properties) || properties.GetPropertyCount() == 0)
            return null;
        return With(operation, "an odd value", properties.EnumerateObject().ElementAt(random.Next(properties.GetPropertyCount())).Name, s_odd[random.Next(s_odd.Length)]) with { MayPass = true };
    }

    bool IsRead(ApiOperation operation) => operation.Path.StartsWith("/v1/", StringComparison.Ordinal) || operation.Path.StartsWith("/stop/", StringComparison.Ordinal) || manner.IsLenient;

    bool IsQuestion(ApiOperation operation) => manner.IsLenient && operation.Method == HttpMethod.Get;

    Malformed? BadQuery(ApiOperation operation)
    {
        var query = operation.Query;
        if (query.Count == 0 || manner.Opens(operation) || (manner.IsLenient && operation.Method != HttpMethod.Get))
            return null;
        var (name, schema) = query.ElementAt(random.Next(query.Count));
        return wrong.Text(schema) is { } value ? Make(operation, $"{name}={value}", _ => { }, $"?{name}={Escape(value)}", mayPass: IsQuestion(operation)) : null;
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

    Malformed? WrongField(ApiOperation operation, JsonElement body)
    {
        if (!body.TryGetProperty("properties", out var properties) || properties.GetPropertyCount() == 0)
            return null;
        var field = properties.EnumerateObject().ElementAt(random.Next(properties.GetPropertyCount()));
        return wrong.Of(field.Value, operation.Schemas) is { } value ? With(operation, $"{field.Name}: {(value.Length > 60 ? value[..60] : value)}", field.Name, value, manner.PassesOver(operation, field.Name)) : null;
    }

    /// <summary>The sound body with one field otherwise.</summary>
    Malformed With(ApiOperation operation, string way, string field, string value, bool mayPass = false)
    {
        var sound = JsonNode.Parse(manner.Sound(operation))!.AsObject().Where(member => member.Key != field).Select(member => $"{JsonSerializer.Serialize(member.Key)}:{member.Value?.ToJsonString() ?? "null"}");
        return Make(operation, way, request => request.Content = Json($"{{{string.Join(',', sound.Append($"{JsonSerializer.Serialize(field)}:{value}"))}}}"),
            signed: field == manner.KeyField ? null : "", mayPass: mayPass);
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

    string Value() => random.Next(2) == 0 ? s_odd[random.Next(s_odd.Length)] : JsonSerializer.Serialize(Text());

    string Text() => s_texts[random.Next(s_texts.Length)];

    Malformed Make(ApiOperation operation, string way, Action<HttpRequestMessage> change, string query = "", string? signed = "", string? segment = null, bool mayPass = false)
    {
        var exists = random.Next(3) == 0;
        var path = Braces().Replace(operation.Path, name => segment
            ?? (exists ? manner.Existing(operation, name.Groups["name"].Value) : null)
            ?? (random.Next(2) == 0 ? Guid.CreateVersion7(DateTimeOffset.UnixEpoch).ToString() : "w" + random.Next()));
        return new(operation, $"{way} at {path}", () =>
        {
            var request = new HttpRequestMessage(operation.Method, path + query);
            if (signed is not null)
                manner.Sign(request, signed.Length == 0 ? key : signed);
            change(request);
            return request;
        }, mayPass);
    }

    static ByteArrayContent Json(string text) => Json(Encoding.UTF8.GetBytes(text));

    static ByteArrayContent Json(byte[] bytes) => new(bytes) { Headers = { ContentType = new("application/json") } };

    static string Escape(string text) => Uri.EscapeDataString(text.Length > 200 ? text[..200] : text);

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex Braces();
}
