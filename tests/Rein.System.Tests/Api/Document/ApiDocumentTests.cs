using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Rein.Protocol;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api.Document;

/// <summary>What the document says is what the server does, and what the client sends.</summary>
public sealed partial class ApiDocumentTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Every_operation_says_what_it_is_who_may_and_how_it_is_refused()
    {
        var operations = await ApiDocument.Read(server);
        Assert.True(operations.Count > 25);
        Assert.Empty(operations.Where(operation => operation.Text("summary") is not { Length: > 10 }).Select(operation => operation.ToString()));
        Assert.Empty(operations.GroupBy(operation => operation.Text("operationId")).Where(same => same.Key is null || same.Count() > 1).Select(same => same.Key));
        Assert.All(operations, operation => Assert.True(
            operation.Json.GetProperty("responses").GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _), operation.ToString()));
        Assert.All(operations, operation => Assert.Equal(operation.Path.StartsWith("/v1/", StringComparison.Ordinal) || operation.Path == "/metrics", operation.IsSecured));
    }

    [Fact]
    public async Task An_operation_that_is_secured_refuses_whoever_has_no_key_and_another_does_not()
    {
        foreach (var operation in await ApiDocument.Read(server))
        {
            using var request = new HttpRequestMessage(operation.Method, operation.Path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            Assert.Equal((operation.ToString(), operation.IsSecured), (operation.ToString(), (int)response.StatusCode == 401));
        }
    }

    [Fact]
    public async Task The_parameters_of_the_document_are_those_that_the_server_knows()
    {
        foreach (var operation in (await ApiDocument.Read(server)).Where(operation => operation.Path.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            using var response = await server.Send(operation.Method, Path(operation) + "?nobodyKnowsThis=1", operation.Body is null ? null : "{}");
            var problem = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem, Cancel);
            var said = problem!.Errors?.FirstOrDefault(error => error.Path == "nobodyKnowsThis")?.Message ?? $"{operation} says {problem.Code}";
            var known = Known().Match(said).Groups["names"].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains("There is no parameter 'nobodyKnowsThis'", said, StringComparison.Ordinal);
            Assert.Equal((operation.ToString(), string.Join(", ", operation.Query.Keys.Order())), (operation.ToString(), string.Join(", ", known.Order())));
        }
    }

    [Fact]
    public async Task A_list_of_words_says_which_and_a_sum_between_what_it_may_be()
    {
        var operations = await ApiDocument.Read(server);
        Assert.Equal(["read", "start", "stop", "work", "admin"], Asked("POST /v1/keys", "scopes").GetProperty("items").GetProperty("enum").EnumerateArray().Select(word => word.GetString()));
        var budget = Asked("POST /v1/runs", "budget");
        Assert.Equal((0.000001m, 1_000_000_000m), (budget.GetProperty("minimum").GetDecimal(), budget.GetProperty("maximum").GetDecimal()));

        global::System.Text.Json.JsonElement Asked(string operation, string field) =>
            operations.Single(one => one.ToString() == operation).Body!.Value.GetProperty("properties").GetProperty(field);
    }

    [Fact]
    public async Task The_typed_client_covers_every_operation_and_sends_nothing_else()
    {
        var operations = await ApiDocument.Read(server);
        var sent = await SentByClient();
        string[] forPrograms = ["GET /healthz", "GET /metrics"];
        Assert.Empty(operations.Where(operation => !sent.Any(request => Fits(operation, request))).Select(operation => operation.ToString()).Except(forPrograms));
        Assert.DoesNotContain(sent, request => !operations.Any(operation => Fits(operation, request)));
    }

    static bool Fits(ApiOperation operation, (string Method, string Path) request) =>
        operation.Method.Method == request.Method && Regex.IsMatch(request.Path, "^" + Braces().Replace(operation.Path, "[^/:]+") + "$");

    /// <summary>Calls every method of the client once, at a server that answers nothing.</summary>
    static async Task<IReadOnlySet<(string Method, string Path)>> SentByClient()
    {
        using var recorder = new Recorder();
        using var client = new ReinClient(new HttpClient(recorder) { BaseAddress = new("http://rein.invalid") });
        foreach (var method in typeof(ReinClient).GetMethods().Where(method => method.DeclaringType == typeof(ReinClient) && method.Name != "Dispose"))
            try
            {
                var called = method.Invoke(client, [.. method.GetParameters().Select(Given)]);
                if (called is Task task)
                    await task;
                else if (called?.GetType().GetInterface("IAsyncEnumerable`1") is { } stream)
                    await Read(called, stream);
            }
            catch (Exception expected) when (expected is HttpRequestException or ReinException or global::System.Reflection.TargetInvocationException { InnerException: HttpRequestException or ReinException })
            {
                // It has been sent, and that is all that counts.
            }
        return recorder.Sent;
    }

    static async Task Read(object stream, Type type)
    {
        var enumerator = type.GetMethod("GetAsyncEnumerator")!.Invoke(stream, [CancellationToken.None])!;
        var next = (ValueTask<bool>)typeof(IAsyncEnumerator<>).MakeGenericType(type.GetGenericArguments()[0]).GetMethod("MoveNextAsync")!.Invoke(enumerator, [])!;
        await next;
    }

    static object? Given(global::System.Reflection.ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.HasDefaultValue && type != typeof(CancellationToken))
            return parameter.DefaultValue ?? (type.IsValueType && Nullable.GetUnderlyingType(type) is null ? Activator.CreateInstance(type) : null);
        return type switch
        {
            _ when type == typeof(string) => "word",
            _ when type == typeof(Uri) => new Uri("http://rein.invalid/stop/word"),
            _ when type == typeof(Stream) => new MemoryStream(),
            _ when type == typeof(OpenSession) => new OpenSession("word", null, [], 1),
            _ when type == typeof(Heartbeat) => new Heartbeat([]),
            _ when type == typeof(IReadOnlyList<Report>) => new Report[] { new HeardReport(default) },
            _ when type == typeof(CancellationToken) => CancellationToken.None,
            _ when type == typeof(global::System.Text.Json.JsonElement) => Graph("hold"),
            _ when type.IsGenericType && type.IsInterface => Array.CreateInstance(type.GetGenericArguments()[0], 0),
            _ => Activator.CreateInstance(type),
        };
    }

    static string Path(ApiOperation operation) => Braces().Replace(operation.Path, Guid.Empty.ToString());

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Braces();

    [GeneratedRegex("known are (?<names>.*)\\.$")]
    private static partial Regex Known();

    sealed class Recorder : HttpMessageHandler
    {
        public HashSet<(string Method, string Path)> Sent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add((request.Method.Method, request.RequestUri!.AbsolutePath));
            return Task.FromResult(new HttpResponseMessage(global::System.Net.HttpStatusCode.BadRequest));
        }
    }
}
